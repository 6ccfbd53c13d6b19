import type { PlainItem } from '@cumulus/dynamodb/items';

/**
 * Which of two events about the same granule, PDR or execution counts, so that the end does not depend on the order in
 * which they arrive: the workflow that started later, then the greater ARN; within one execution the higher redrive
 * count, then an end before no end, then the later event. The fields are those of the records, so that a record in the
 * table shows by itself which event it is of.
 */
const PRECEDENCE: readonly ((record: PlainItem) => number | string)[] = [
  ({ createdAt }) => numberOf(createdAt),
  ({ arn, execution }) => String(arn ?? execution ?? ''),
  ({ redriveCount }) => numberOf(redriveCount ?? 0),
  ({ status }) => (status === 'completed' || status === 'failed' ? 1 : 0),
  ({ timestamp }) => numberOf(timestamp),
  ({ status }) => String(status),
];

/** The fields that {@link precedence} looks at: as long as they stay, so does its answer. */
export const PRECEDENCE_FIELDS = ['createdAt', 'execution', 'redriveCount', 'status', 'timestamp'] as const;

/** Positive if `a` takes the place of `b`, negative if `b` stays, 0 if both are of the same event. */
export function precedence(a: PlainItem, b: PlainItem): number {
  for (const rank of PRECEDENCE) {
    const [rankOfA, rankOfB] = [rank(a), rank(b)];
    if (rankOfA !== rankOfB) return rankOfA > rankOfB ? 1 : -1;
  }
  return 0;
}

/** Earlier releases and other writers may have left it out. Such an event comes first. */
function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : -1;
}

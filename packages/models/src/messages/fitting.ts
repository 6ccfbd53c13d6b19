import { MAX_INLINE_BYTES } from '../payloads/pointer.ts';
import { MAX_ITEM_BYTES, storedSize } from '../schemas/storage-limits.ts';
import { leftOut, type MessageProblem } from './problems.ts';
import { withoutAbsent } from './workflow-facts.ts';

/**
 * What a granule or a PDR may take of an item: the rest is for what its recording notes in it (`LASTING_RUN`, `PENDING_FILES`), and
 * for the execution of another run beside its lasting fields.
 */
export const MAX_NOTED_BYTES = MAX_ITEM_BYTES - 2_048;

/** A field that has no bound of its own, and gives way where its record is too large. */
export interface LargeField<R extends object> {
  readonly field: keyof R & string;
  /** Where in the message it comes from. */
  readonly path: string;
  /** What takes its place; nothing unless given. */
  readonly rest?: unknown;
  /** What that is of the field, in words; nothing unless given. */
  readonly kept?: string;
}

/**
 * As much of a record as fits into an item, which is worth more than none. Fields give way in their order until it fits,
 * but only those that are too large to stay where there is a place for them in S3: all others together fit.
 *
 * @param maxBytes what the record may take; all that an item holds unless given
 * @returns also what was left out, each path once
 */
export function fitting<R extends object>(
  kind: MessageProblem['record'],
  whole: R,
  fields: readonly LargeField<R>[],
  maxBytes: number = MAX_ITEM_BYTES,
): { readonly record: R; readonly problems: readonly MessageProblem[] } {
  let record = whole;
  const problems = new Map<string, MessageProblem>();
  for (const { field, path, rest, kept } of fields) {
    if (storedSize(record) <= maxBytes) break;
    if (storedSize(record[field]) <= MAX_INLINE_BYTES) continue;
    record = withoutAbsent<R>({ ...record, [field]: rest });
    const reason = `makes a record beyond ${MAX_ITEM_BYTES} bytes, DynamoDB's limit`;
    problems.set(path, leftOut(kind, path, reason, kept));
  }
  return { record, problems: [...problems.values()] };
}

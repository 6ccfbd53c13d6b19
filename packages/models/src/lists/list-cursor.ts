import { fromAttributes, type PlainItem, toAttributes } from '@cumulus/dynamodb/items';
import { damagedCursor, decodeCursor, encodeCursor, positionInTable } from './cursor.ts';
import { type ListedTable, type ListPosition, type PartitionPosition, type Plan, TIME } from './list-plan.ts';
import { indexOfUnlisted } from './unlisted.ts';

/** A position as a cursor holds it: keys as typed JSON, in which numbers keep their digits. */
interface PositionText {
  readonly partitions: readonly PartitionText[];
  readonly unlisted?: PartitionText | undefined;
}

type PartitionText = 'start' | 'end' | ReturnType<typeof toAttributes>;

/** A position in a list as a cursor. */
export function formatPosition(plan: Plan, { partitions, unlisted }: ListPosition): string {
  const position: PositionText = { partitions: partitions.map(textOf), unlisted: unlisted && textOf(unlisted) };
  return encodeCursor(plan.name, position);
}

function textOf(partition: PartitionPosition): PartitionText {
  return typeof partition === 'string' ? partition : toAttributes(partition);
}

/**
 * The position in a list that a cursor has.
 * @throws InvalidCursorError for what is no position in the list: DynamoDB would refuse it, or answer something else
 */
export function parsePosition(listed: ListedTable, plan: Plan, cursor: string): ListPosition {
  const { key } = listed;
  const text = decodeCursor(plan.name, cursor) as Partial<PositionText> | null;
  const { partitions, unlisted } = text ?? {};
  if (!Array.isArray(partitions) || partitions.length !== plan.values.length) throw damagedCursor();
  const entryKey = (value: string) => (position: object) => {
    const { [TIME]: time, ...others } = position as { readonly [attribute: string]: unknown };
    const texts = positionInTable(textsOf(others), [plan.index, key]);
    if (texts[plan.index] !== value) throw damagedCursor();
    return { ...texts, [TIME]: numberOf(time) };
  };
  const unlistedKey = (position: object) => {
    const byCollection = indexOfUnlisted(listed, plan) !== undefined;
    const texts = positionInTable(textsOf(position), byCollection ? [key, 'collectionId'] : [key]);
    if (byCollection && texts['collectionId'] !== plan.values[0]) throw damagedCursor();
    return texts;
  };
  return {
    partitions: plan.values.map((value, index) => positionOf(partitions[index], entryKey(value))),
    unlisted: unlisted === undefined ? undefined : positionOf(unlisted, unlistedKey),
  };
}

function positionOf(text: unknown, keyOf: (position: object) => PlainItem): PartitionPosition {
  if (text === 'start' || text === 'end') return text;
  if (typeof text !== 'object' || text === null) throw damagedCursor();
  return keyOf(text);
}

/** Attributes that are texts, `{ S: 'text' }`, as these texts; others are undefined. */
function textsOf(attributes: object): PlainItem {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, (value as { readonly S?: unknown } | null)?.S]),
  );
}

/** DynamoDB's number, which has 38 digits at most: one that it refuses would not say that the cursor was damaged. */
function numberOf(attribute: unknown): unknown {
  const N = (attribute as { readonly N?: unknown } | undefined | null)?.N;
  const isNumber =
    typeof N === 'string' && /^-?\d+(?:\.\d+)?(?:E[+-]?\d{1,2})?$/.test(N) && N.replace(/\D/g, '').length <= 38;
  if (!isNumber) throw damagedCursor();
  return fromAttributes({ number: { N } })['number'];
}

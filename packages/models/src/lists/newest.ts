import { getItems, type PlainItem } from '@cumulus/dynamodb/items';
import { Collected } from './collected.ts';
import { formatPosition, parsePosition } from './list-cursor.ts';
import { checkOptions, type ListedTable, type NewestOptions, type Plan, planOf, timeOf } from './list-plan.ts';
import { checkLimit, type RecordPage } from './record-list.ts';
import { readPartitions } from './time-index.ts';
import { mayHaveUnlisted, readUnlisted } from './unlisted.ts';

/**
 * Reads a page of the newest records, out of the index that fits: of the collection, the provider or the status, and for
 * a list of everything out of the partitions of all statuses, merged. That takes the same few requests whatever the
 * table's size.
 *
 * Records that the index does not have, because an earlier release wrote them without `timestamp` or with a status that
 * is none, come at the end of a list without a time range. They are found by a scan, a few pages of it for each page of
 * the list, and not at all where the counts say that there are none.
 *
 * @throws InvalidCursorError where the cursor is not of a list with these options
 * @throws IndexMissingError where the table does not have the index
 * @throws RangeError for options that say nothing
 */
export async function newestPage(listed: ListedTable, options: NewestOptions): Promise<RecordPage<PlainItem>> {
  const { plan, collected, cursor } = await collectPage(listed, options);
  return { records: await recordsOf(listed, options, plan, collected), cursor };
}

/** How many entries of a list's index were passed over, and where the list then goes on. */
export interface PassedOver {
  readonly passed: number;
  readonly cursor: string | undefined;
}

/**
 * Passes over a list's next records without reading them: `limit` of them at the most, and fewer where that takes long.
 * @throws as {@link newestPage} does
 */
export async function passOver(listed: ListedTable, options: NewestOptions): Promise<PassedOver> {
  const { collected, cursor } = await collectPage(listed, options);
  return { passed: collected.entries.length + collected.unlisted.length, cursor };
}

interface CollectedPage {
  readonly plan: Plan;
  readonly collected: Collected;
  readonly cursor: string | undefined;
}

async function collectPage(listed: ListedTable, options: NewestOptions): Promise<CollectedPage> {
  checkOptions(listed, options);
  const plan = planOf(listed, options);
  const { limit = 100 } = options;
  checkLimit(limit);
  const position = options.cursor === undefined ? plan.start : parsePosition(listed, plan, options.cursor);
  const collected = new Collected(limit);

  const partitions =
    position.unlisted === undefined
      ? await readPartitions(listed, options, plan, position, collected)
      : position.partitions;
  let unlisted = position.unlisted;
  if (partitions.every((partition) => partition === 'end')) {
    unlisted ??= (await mayHaveUnlisted(listed, options)) ? 'start' : 'end';
    if (!collected.full && unlisted !== 'end') unlisted = await readUnlisted(listed, plan, unlisted, collected);
  }
  const cursor = unlisted === 'end' ? undefined : formatPosition(plan, { partitions, unlisted });
  return { plan, collected, cursor };
}

/** The records themselves, in the list's order. One that has left the list since its index's entry was read is left out. */
async function recordsOf(
  listed: ListedTable,
  { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }: NewestOptions,
  plan: Plan,
  collected: Collected,
): Promise<readonly PlainItem[]> {
  const { client, table, key } = listed;
  const keys = collected.entries.map((entry) => ({ [key]: entry[key] }));
  const items = keys.length === 0 ? [] : await getItems({ client, table }, keys);
  const found = new Map(items.map((item): [unknown, PlainItem] => [item[key], item]));
  const listedRecords = [...new Set(keys.map((entry) => entry[key]))].flatMap((id) => {
    const item = found.get(id);
    return item === undefined ? [] : [item];
  });
  const belongs = (item: PlainItem): boolean =>
    plan.wanted.every(([attribute, value]) => item[attribute] === value) && timeOf(item) >= from && timeOf(item) <= to;
  return [...listedRecords.filter(belongs), ...collected.unlisted];
}

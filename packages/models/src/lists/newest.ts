import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { RequestFailedError } from '@cumulus/dynamodb/aws';
import {
  type Condition,
  conditions,
  fromAttributes,
  getItems,
  type ItemPage,
  type PlainItem,
  queryPage,
  scanPageOfItems,
  toAttributes,
} from '@cumulus/dynamodb/items';
import { IndexMissingError } from '../errors.ts';
import { canBeKey } from '../schemas/fields.ts';
import { damagedCursor, decodeCursor, encodeCursor, positionInTable } from './cursor.ts';
import { checkLimit, type PageOptions, type RecordPage } from './record-list.ts';

/** What a list of the newest records is narrowed to, and its order. */
export interface NewestOptions extends PageOptions {
  readonly status?: string | undefined;
  /** `name___version`. */
  readonly collectionId?: string | undefined;
  /** A provider's id; for granules and PDRs. */
  readonly provider?: string | undefined;
  /** The first and the last `timestamp` that belong to the list, in milliseconds since 1970. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** `desc`, the newest first, unless given. */
  readonly order?: 'asc' | 'desc' | undefined;
}

/** The table that a list is of. */
export interface ListedTable {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** The attribute of the table's partition key. */
  readonly key: string;
  /** The values of `status` that this release writes, each a partition of the index by status. */
  readonly statuses: readonly string[];
  /** Whether records name a provider. */
  readonly hasProvider: boolean;
  /** An index by `collectionId` alone, which also has the records without a timestamp. */
  readonly collectionIndex?: string | undefined;
  /** How many records no index lists, where that is known; undefined where it is not. */
  readonly countUnlisted?: (() => Promise<number | undefined>) | undefined;
}

/** The attribute by which records are newer or older, in milliseconds since 1970. */
const TIME = 'timestamp';

/** The index that orders the records of one status, collection or provider by {@link TIME}. */
export type TimeIndex = 'status' | 'collectionId' | 'provider';

export function timeIndexName(attribute: TimeIndex): string {
  return `${attribute}-${TIME}-index`;
}

/**
 * The most pages of an index or a table that one page of a list reads. What is not found in them is left to the next
 * page, so that no list ever takes long to answer, whatever is in the table.
 */
const MAX_PAGES = 4;

/** How many entries of an index are looked at in one request where a filter lets only some of them through. */
const FILTERED_ENTRIES = 1000;

/** Where one partition of an index stands: at its start, at its end, or after an entry. */
type PartitionPosition = 'start' | 'end' | PlainItem;

/** Where a list stands: in its index's partitions, and after these among the records that the index does not have. */
interface ListPosition {
  readonly partitions: readonly PartitionPosition[];
  /** Undefined while the partitions are being read. */
  readonly unlisted?: PartitionPosition;
}

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
  const position = options.cursor === undefined ? plan.start : positionFrom(listed, plan, options.cursor);
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
  const next: ListPosition = { partitions, ...(unlisted === undefined ? {} : { unlisted }) };
  return { plan, collected, cursor: unlisted === 'end' ? undefined : encodeCursor(plan.name, toText(next)) };
}

/** How a list is read. */
interface Plan {
  /** Tells this list from others, in its cursors. */
  readonly name: string;
  readonly index: TimeIndex;
  /** The index's partitions that hold the list. */
  readonly values: readonly string[];
  /** What the index's entries have to be, beside their partition. */
  readonly filter: readonly Condition[];
  /** What a record has to be to belong to the list. */
  readonly wanted: readonly (readonly [attribute: string, value: string])[];
  readonly start: ListPosition;
}

function checkOptions({ hasProvider }: ListedTable, { from, to, order, provider }: NewestOptions): void {
  for (const [name, time] of Object.entries({ from, to })) {
    if (time !== undefined && !Number.isFinite(time)) {
      throw new RangeError(`${name} is a time in milliseconds since 1970, not ${String(time)}.`);
    }
  }
  if (order !== undefined && !['asc', 'desc'].includes(order)) throw new RangeError(`There is no order ${order}.`);
  if (provider !== undefined && !hasProvider) throw new RangeError('These records name no provider to list them by.');
}

function planOf(listed: ListedTable, options: NewestOptions): Plan {
  const { status, collectionId, provider, from, to, order = 'desc' } = options;
  const wanted = Object.entries({ collectionId, provider, status }).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  const [first, ...others] = wanted;
  const values = first === undefined ? listed.statuses : [first[1]];
  // DynamoDB refuses to look for what cannot be there.
  const isEmptyRange = from !== undefined && to !== undefined && from > to;
  return {
    name: JSON.stringify([listed.table, wanted, from ?? null, to ?? null, order]),
    index: (first?.[0] ?? 'status') as TimeIndex,
    values,
    filter: others.map(([attribute, value]) => conditions.equals(attribute, value)),
    wanted,
    start: { partitions: values.map((value) => (isEmptyRange || !canBeKey(value) ? 'end' : 'start')) },
  };
}

/** What a page has gathered so far. */
class Collected {
  /** Entries of an index, of which the records are still to be read. */
  readonly entries: PlainItem[] = [];
  /** Records found by a scan. */
  readonly unlisted: PlainItem[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get left(): number {
    return this.#limit - this.entries.length - this.unlisted.length;
  }

  get full(): boolean {
    return this.left <= 0;
  }
}

/** Merges the partitions' entries by time until the page is full, and returns where each partition then stands. */
async function readPartitions(
  listed: ListedTable,
  options: NewestOptions,
  plan: Plan,
  position: ListPosition,
  collected: Collected,
): Promise<readonly PartitionPosition[]> {
  const sign = options.order === 'asc' ? 1 : -1;
  const readers = plan.values.map(
    (value, index) => new PartitionReader(listed, options, plan, value, position.partitions[index] ?? 'end', collected),
  );
  await Promise.all(readers.map((reader) => reader.fill()));
  while (!collected.full) {
    // A partition that has read its share without finding an entry may hold the next one: the page ends here.
    if (readers.some((reader) => reader.exhausted)) break;
    const next = readers
      .filter((reader) => reader.head !== undefined)
      .sort((a, b) => sign * (timeOf(a.head) - timeOf(b.head)))[0];
    if (next === undefined) break;
    collected.entries.push(next.take());
    if (!collected.full && next.head === undefined) await next.fill();
  }
  return readers.map((reader) => reader.position);
}

function timeOf(entry: PlainItem | undefined): number {
  return Number(entry?.[TIME]);
}

/** Reads one partition of an index, a few entries ahead. */
class PartitionReader {
  /** Where the partition stands after the entries that were taken. */
  position: PartitionPosition;
  #read: PartitionPosition;
  #pages = 0;
  readonly #ahead: PlainItem[] = [];
  readonly #query: (after: PartitionPosition) => Promise<ItemPage>;
  readonly #entryKey: (entry: PlainItem) => PlainItem;

  constructor(
    listed: ListedTable,
    options: NewestOptions,
    plan: Plan,
    value: string,
    position: PartitionPosition,
    collected: Collected,
  ) {
    const { client, table, key } = listed;
    this.position = position;
    this.#read = position;
    this.#entryKey = (entry) => ({ [plan.index]: entry[plan.index], [TIME]: entry[TIME], [key]: entry[key] });
    this.#query = (after) =>
      queryPage({
        client,
        table,
        index: timeIndexName(plan.index),
        hashKey: [plan.index, value],
        range: { attribute: TIME, from: options.from, to: options.to },
        descending: options.order !== 'asc',
        filter: plan.filter,
        limit: plan.filter.length === 0 ? collected.left : FILTERED_ENTRIES,
        after: typeof after === 'string' ? undefined : after,
      }).catch((error: unknown) => {
        throw explainMissingIndex(error, table, timeIndexName(plan.index));
      });
  }

  get head(): PlainItem | undefined {
    return this.#ahead[0];
  }

  /** Whether it has no entry ahead although there may be more: it has read as much as one page of a list may. */
  get exhausted(): boolean {
    return this.head === undefined && this.#read !== 'end';
  }

  async fill(): Promise<void> {
    while (this.head === undefined && this.#read !== 'end' && this.#pages < MAX_PAGES) {
      const { items, next } = await this.#query(this.#read);
      this.#pages += 1;
      this.#ahead.push(...items);
      this.#read = next ?? 'end';
      if (this.head === undefined) this.position = this.#read;
    }
  }

  take(): PlainItem {
    const entry = this.#ahead.shift() as PlainItem;
    this.position = this.#ahead.length === 0 ? this.#read : this.#entryKey(entry);
    return entry;
  }
}

function explainMissingIndex(error: unknown, table: string, index: string): unknown {
  const isMissing =
    error instanceof RequestFailedError &&
    /does not have the specified index|read from backfilling/i.test(error.message);
  return isMissing ? new IndexMissingError(table, index, error) : error;
}

/** Whether there can be records that belong to the list, but are not in its index. */
async function mayHaveUnlisted({ countUnlisted }: ListedTable, { from, to }: NewestOptions): Promise<boolean> {
  if (from !== undefined || to !== undefined) return false;
  return (await countUnlisted?.()) !== 0;
}

/** Looks through the table for records that the index does not have, and returns how far it came. */
async function readUnlisted(
  listed: ListedTable,
  plan: Plan,
  start: PartitionPosition,
  collected: Collected,
): Promise<PartitionPosition> {
  const { client, table, key } = listed;
  const hasNoTime = conditions.isNot(TIME, 'N');
  const filter = [
    plan.wanted.length === 0 ? conditions.anyOf(hasNoTime, conditions.noneOf('status', listed.statuses)) : hasNoTime,
    ...plan.wanted.map(([attribute, value]) => conditions.equals(attribute, value)),
  ];
  const byCollection = indexOfUnlisted(listed, plan);
  let position = start;
  for (let pages = 0; pages < MAX_PAGES && position !== 'end' && !collected.full; pages += 1) {
    const request = { client, table, after: typeof position === 'string' ? undefined : position };
    const page = await (byCollection === undefined
      ? scanPageOfItems({ ...request, filter })
      : queryPage({
          ...request,
          index: byCollection,
          hashKey: ['collectionId', plan.values[0] ?? ''],
          filter: [filter[0] as Condition, ...plan.filter],
        }));
    const taken = page.items.slice(0, collected.left);
    collected.unlisted.push(...taken);
    const last = taken.at(-1);
    if (taken.length === page.items.length || last === undefined) position = page.next ?? 'end';
    else {
      position = { [key]: last[key], ...(byCollection === undefined ? {} : { collectionId: last['collectionId'] }) };
    }
  }
  return position;
}

/** The index that has a list's records without a time too: there is one for a collection, unless none can be so called. */
function indexOfUnlisted({ collectionIndex }: ListedTable, { index, values }: Plan): string | undefined {
  return index === 'collectionId' && canBeKey(values[0]) ? collectionIndex : undefined;
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

/** A position as a cursor holds it: keys as typed JSON, in which numbers keep their digits. */
interface PositionText {
  readonly partitions: readonly PartitionText[];
  readonly unlisted?: PartitionText;
}

type PartitionText = 'start' | 'end' | ReturnType<typeof toAttributes>;

function toText({ partitions, unlisted }: ListPosition): PositionText {
  const textOf = (partition: PartitionPosition): PartitionText =>
    typeof partition === 'string' ? partition : toAttributes(partition);
  return { partitions: partitions.map(textOf), ...(unlisted === undefined ? {} : { unlisted: textOf(unlisted) }) };
}

/** @throws InvalidCursorError for what is no position in the list: DynamoDB would refuse it, or answer something else */
function positionFrom(listed: ListedTable, plan: Plan, cursor: string): ListPosition {
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
    ...(unlisted === undefined ? {} : { unlisted: positionOf(unlisted, unlistedKey) }),
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

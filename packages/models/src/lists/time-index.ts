import { RequestFailedError } from '@cumulus/dynamodb/aws';
import { type ItemPage, type PlainItem, queryPage } from '@cumulus/dynamodb/items';
import { IndexMissingError } from '../errors.ts';
import { type Collected, MAX_PAGES } from './collected.ts';
import {
  type ListedTable,
  type ListPosition,
  type NewestOptions,
  type PartitionPosition,
  type Plan,
  TIME,
  timeIndexName,
  timeOf,
} from './list-plan.ts';

/** How many entries of an index are looked at in one request where a filter lets only some of them through. */
const FILTERED_ENTRIES = 1000;

/** Merges the partitions' entries by time until the page is full, and returns where each partition then stands. */
export async function readPartitions(
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

import { pagesOf } from '@cumulus/dynamodb/aws';
import { getItems, type PlainItem, queryPage } from '@cumulus/dynamodb/items';
import type { CountedType } from './counted-types.ts';
import { type RecountDue, readState } from './counts-state.ts';
import {
  BY_HOURS,
  type CountsTable,
  collectionGroup,
  collectionsPrefix,
  countsOf,
  dayGroup,
  tallyOf,
  UNCOUNTED,
} from './counts-table.ts';
import { DayTally, hourOf, splitByHours, type TimeCounts, type TimeSpan, timeCountsOf } from './day-tally.ts';
import type { Counts } from './tally.ts';

/** The counts of all records of a type. */
export interface AllCounts extends Counts {
  readonly recordType: CountedType;
  /** Records that no index of all records has, because they lack a time or have a status that this release does not know. */
  readonly unlisted: number;
  /** How many records lack a field by which an index orders them; undefined before the first recount of this release. */
  readonly lacking: ReadonlyMap<string, number> | undefined;
  /** The mean `duration` of the records, in seconds; undefined if none has one. */
  readonly meanDuration: number | undefined;
  /** Present where the counts may be wrong until a recount. */
  readonly recountDue?: RecountDue | undefined;
  /** When the change that was counted last had been made; undefined before the first. */
  readonly changedAt: Date | undefined;
  /** When the last recount ended; undefined before the first. */
  readonly countedAt: Date | undefined;
}

/** The counts of the records of one collection. */
export interface CollectionCounts extends Counts {
  /** `name___version`. */
  readonly collectionId: string;
}

interface ReadOptions extends CountsTable {
  readonly recordType: CountedType;
}

/**
 * Reads the counts of all records of a type: one read unit, however many records there are.
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { readCounts } from '@cumulus/models/counts';
 *
 * const counts = { client: createClient(), countsTable: 'prod-RecordCountsTable', recordType: 'granule' } as const;
 * const { total, byStatus, recountDue } = await readCounts(counts);
 * if (recountDue === undefined) console.log(total, byStatus['failed']);
 * ```
 */
export async function readCounts(options: ReadOptions): Promise<AllCounts> {
  const { recordType } = options;
  const { generation, recountDue, item } = await readState(options, recordType);
  const due = generation === UNCOUNTED ? { reason: 'The records were never counted.' } : recountDue;
  const { unlisted, timed, milliseconds, lacking } = tallyOf(item);
  const time = (value: unknown): Date | undefined => (typeof value === 'number' ? new Date(value) : undefined);
  return {
    recordType,
    ...countsOf(item),
    unlisted,
    lacking: item[BY_HOURS] === true ? lacking : undefined,
    meanDuration: timed > 0 ? milliseconds / timed / 1000 : undefined,
    recountDue: due,
    changedAt: time(item['changedAt']),
    countedAt: time(item['countedAt']),
  };
}

/**
 * Reads the counts of some collections, in the order in which they are named; about a read unit for each.
 * @param collectionIds `name___version`; those without records have counts of zero
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { readCountsByCollection } from '@cumulus/models/counts';
 *
 * const counts = { client: createClient(), countsTable: 'prod-RecordCountsTable', recordType: 'granule' } as const;
 * const [modis] = await readCountsByCollection(counts, ['MOD09GQ___006']);
 * console.log(modis?.total);
 * ```
 */
export async function readCountsByCollection(
  options: ReadOptions,
  collectionIds: readonly string[],
): Promise<readonly CollectionCounts[]> {
  const { client, countsTable: table, recordType } = options;
  return inOneGeneration(options, async (generation) => {
    const keys = collectionIds.map((id) => ({ recordType, group: collectionGroup(generation, id) }));
    const items = await getItems({ client, table, consistent: true }, keys);
    const byGroup = new Map(items.map((item) => [item['group'], item]));
    return keys.map(({ group }, index) => ({
      collectionId: collectionIds[index] ?? '',
      ...countsOf(byGroup.get(group) ?? {}),
    }));
  });
}

/**
 * All collections that have records, by their ids.
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { listCollectionCounts } from '@cumulus/models/counts';
 *
 * const counts = { client: createClient(), countsTable: 'prod-RecordCountsTable', recordType: 'granule' } as const;
 * for (const { collectionId, total } of await listCollectionCounts(counts)) console.log(collectionId, total);
 * ```
 */
export async function listCollectionCounts(options: ReadOptions): Promise<readonly CollectionCounts[]> {
  return inOneGeneration(options, async (generation) =>
    (await itemsOf(options, collectionsPrefix(generation)))
      .map((item) => ({ collectionId: item['collectionId'] as string, ...countsOf(item) }))
      .filter(({ total }) => total !== 0),
  );
}

/** The items whose group begins with a text. */
export async function itemsOf(options: ReadOptions, prefix: string): Promise<readonly PlainItem[]> {
  const items: PlainItem[] = [];
  for await (const page of itemPagesOf(options, { from: prefix, to: `${prefix}\u{10FFFF}` })) items.push(...page);
  return items;
}

/** The items whose group is between two, page by page. */
export async function* itemPagesOf(
  options: ReadOptions,
  range: { readonly from: string; readonly to: string },
): AsyncGenerator<readonly PlainItem[]> {
  const { client, countsTable: table, recordType } = options;
  const pages = pagesOf({
    what: `The counts in ${table}`,
    ask: (after: PlainItem | undefined) =>
      queryPage({
        ...{ client, table, after, hashKey: ['recordType', recordType], consistent: true },
        range: { attribute: 'group', ...range },
      }),
    next: (page) => page.next,
    textOf: JSON.stringify,
  });
  for await (const { items } of pages) yield items;
}

/** Counts of a span of time, whole hours of it, and the ends of it that are counted nowhere. */
export interface CountsOfTime extends TimeCounts {
  /** What is left of the span before its first and after its last whole hour, in milliseconds since 1970, both ends included. */
  readonly edges: readonly { readonly from: number; readonly to: number }[];
}

/**
 * Reads how many records there are of a span of time, by their `timestamp`: exactly for its whole hours. What is left at its
 * ends is to be counted by the index, which is little. It takes about a read unit for three days.
 * @returns undefined where that is not known: before the first recount of this release, or where a recount is due
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { readCountsOfTime } from '@cumulus/models/counts';
 *
 * const counts = { client: createClient(), countsTable: 'prod-RecordCountsTable', recordType: 'granule' } as const;
 * const day = await readCountsOfTime(counts, { from: Date.parse('2026-01-31'), to: Date.parse('2026-02-01') - 1 });
 * console.log(day?.byStatus['failed']);
 * ```
 */
export async function readCountsOfTime(
  options: ReadOptions,
  { collectionId, ...span }: TimeSpan & { readonly collectionId?: string | undefined },
): Promise<CountsOfTime | undefined> {
  const { isWhole, edges } = splitByHours(span);
  const dayAt = (time: number | undefined, otherwise: string): string => {
    const hour = hourOf(time === undefined ? undefined : Math.max(time, 0));
    return hour === undefined ? otherwise : DayTally.dayOf(hour);
  };
  const [first, last] = [dayAt(span.from, '0'), dayAt(span.to, '9999-12-31')];
  if (span.to !== undefined && span.to < 0) return { ...timeCountsOf([], isWhole), edges };
  const days = await inOneGeneration(options, async (generation) => {
    const { recountDue, item } = await readState(options, options.recordType);
    const isKnown =
      item[BY_HOURS] === true && recountDue === undefined && (tallyOf(item).lacking.get('hour') ?? 0) === 0;
    if (!isKnown) return undefined;
    const items: PlainItem[] = [];
    const [from, to] = [dayGroup(generation, collectionId, first), dayGroup(generation, collectionId, last)];
    if (from > to) return items;
    for await (const page of itemPagesOf(options, { from, to })) items.push(...page);
    // Another collection's id can begin with this one's.
    return items.filter((day) => day['collectionId'] === collectionId);
  });
  return days === undefined ? undefined : { ...timeCountsOf(days, isWhole), edges };
}

/** Reads again if a recount has replaced the generation meanwhile, and so may have removed what was being read. */
async function inOneGeneration<T>(options: ReadOptions, read: (generation: string) => Promise<T>): Promise<T> {
  let { generation } = await readState(options, options.recordType);
  for (;;) {
    const result = await read(generation);
    const now = await readState(options, options.recordType);
    if (now.generation === generation) return result;
    generation = now.generation;
  }
}

import { createHash } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { PlainItem } from '@cumulus/dynamodb/items';
import { type Counts, GroupTally, type Tally } from './tally.ts';

/**
 * The items of the counts' table. Its partition key `recordType` says what is counted, its sort key `group` is one of
 *
 * - `all`: the counts of all records, the generation that is in force, and what there is to say of both;
 * - `collection#GENERATION#ID`: the counts of a collection;
 * - `day#GENERATION#all#DAY`, `day#GENERATION#of#ID#DAY`: the counts of the hours of a day, of all records and of a collection;
 * - `shard#GENERATION#STREAM#SHARD`: how far the stream's changes are in the counts of that generation;
 * - `recount`: the recount that is under way.
 *
 * A recount writes a generation of its own beside the one in force, which only the write of `all` at its end replaces.
 */
export interface CountsTable {
  readonly client: DynamoDBClient;
  /** The physical name. */
  readonly countsTable: string;
}

/** The generation before the first recount: its counts only have the changes since feeding began. */
export const UNCOUNTED = '0';

export const ALL = 'all';
export const RECOUNT = 'recount';

/** Sort keys have up to 1,024 bytes; longer ids of collections, which only foreign writers have, go by a digest. */
const MAX_ID = 900;

const TOTAL = 'total';
const UNLISTED = 'unlisted';
const TIMED = 'timed';
const MILLISECONDS = 'milliseconds';
const STATUS = 'status#';
const LACKING = 'lacking#';

/** Whether the generation in force counts by hours too: it was made by a release that does. */
export const BY_HOURS = 'byHours';

export function collectionGroup(generation: string, collectionId: string): string {
  return `${collectionsPrefix(generation)}${idOf(collectionId)}`;
}

function idOf(collectionId: string): string {
  const isLong = Buffer.byteLength(collectionId) > MAX_ID;
  return isLong ? `sha256#${createHash('sha256').update(collectionId).digest('hex')}` : collectionId;
}

export function dayGroup(generation: string, collectionId: string | undefined, day: string): string {
  return `${DAYS}${generation}#${collectionId === undefined ? 'all' : `of#${idOf(collectionId)}`}#${day}`;
}

export const DAYS = 'day#';

export function collectionsPrefix(generation: string): string {
  return `collection#${generation}#`;
}

/** The counts in an item of a group. */
export function tallyOf(item: PlainItem): GroupTally {
  const tally = new GroupTally();
  tally.total = (item[TOTAL] as number | undefined) ?? 0;
  tally.unlisted = (item[UNLISTED] as number | undefined) ?? 0;
  tally.timed = (item[TIMED] as number | undefined) ?? 0;
  tally.milliseconds = (item[MILLISECONDS] as number | undefined) ?? 0;
  for (const [attribute, value] of Object.entries(item)) {
    if (attribute.startsWith(STATUS)) tally.byStatus.set(attribute.slice(STATUS.length), value as number);
    if (attribute.startsWith(LACKING)) tally.lacking.set(attribute.slice(LACKING.length), value as number);
  }
  return tally;
}

export function countsOf(item: PlainItem): Counts {
  return tallyOf(item).counts;
}

/** A group's counts, or changes of them, as attributes. Some are kept for all records together only. */
export function countAttributes(tally: GroupTally, group: 'all' | 'collection'): Readonly<Record<string, number>> {
  const numbers = [
    [TOTAL, tally.total] as const,
    ...(group === 'all'
      ? ([
          [UNLISTED, tally.unlisted],
          [TIMED, tally.timed],
          [MILLISECONDS, tally.milliseconds],
          ...[...tally.lacking].map(([field, count]) => [`${LACKING}${field}`, count] as const),
        ] as const)
      : []),
    ...[...tally.byStatus].map(([status, count]) => [`${STATUS}${status}`, count] as const),
  ];
  return Object.fromEntries(numbers.filter(([, count]) => count !== 0));
}

/** The counts of a day of a group, as attributes of its item. */
export interface DayCounts {
  /** Undefined for all records. */
  readonly collectionId: string | undefined;
  readonly day: string;
  readonly counts: Readonly<Record<string, number>>;
}

export function daysOf({ all, collections }: Tally): readonly DayCounts[] {
  const groups = [[undefined, all] as const, ...collections];
  return groups.flatMap(([collectionId, { days }]) =>
    [...days].map(([day, tally]) => ({
      ...{ collectionId, day },
      counts: tally.attributes(collectionId === undefined ? 'all' : 'collection'),
    })),
  );
}

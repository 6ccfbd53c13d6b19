import { createHash } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { conditions, getItems, type PlainItem, type Update, writeIf } from '@cumulus/dynamodb/items';
import type { StreamPosition } from '@cumulus/dynamodb/streams';
import type { CountedType } from './counted-types.ts';
import { type Counts, GroupTally } from './tally.ts';

/**
 * The items of the counts' table. Its partition key `recordType` says what is counted, its sort key `group` is one of
 *
 * - `all`: the counts of all records, the generation that is in force, and what there is to say of both;
 * - `collection#GENERATION#ID`: the counts of a collection;
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

/** The generation of counts that nothing was counted for: they only say what changed since feeding began. */
export const UNCOUNTED = '0';

export const ALL = 'all';
export const RECOUNT = 'recount';

/** How long feeders wait for a recount that was killed as it ended, in milliseconds. */
export const LOCK_TIME = 30_000;

/**
 * How far ahead of this machine's clock another's may be, in milliseconds. An end that is later still is by a clock that was
 * wrong when it was written, and would keep others waiting for as long as it was wrong.
 */
export const MAX_CLOCK_DIFFERENCE = 15 * 60_000;

/** Sort keys have up to 1,024 bytes; longer ids of collections, which only foreign writers have, go by a digest. */
const MAX_ID = 900;

const TOTAL = 'total';
const UNLISTED = 'unlisted';
const TIMED = 'timed';
const MILLISECONDS = 'milliseconds';
const STATUS = 'status#';

export function collectionGroup(generation: string, collectionId: string): string {
  const isLong = Buffer.byteLength(collectionId) > MAX_ID;
  const id = isLong ? `sha256#${createHash('sha256').update(collectionId).digest('hex')}` : collectionId;
  return `${collectionsPrefix(generation)}${id}`;
}

export function collectionsPrefix(generation: string): string {
  return `collection#${generation}#`;
}

export function shardGroup(generation: string, shard: ShardName): string {
  return `${shardsPrefix(generation, shard.stream)}${shard.shard}`;
}

export function shardsPrefix(generation: string, stream: string): string {
  return `shard#${generation}#${stream}#`;
}

/** A shard of one of the streams that the table has had. */
export interface ShardName {
  /** The stream's label. */
  readonly stream: string;
  readonly shard: string;
}

/** Why counts may be wrong until a recount. */
export interface RecountDue {
  readonly reason: string;
  /** ISO 8601. */
  readonly since: string;
}

/** What the item `all` says beside its counts. */
export interface CountsState {
  readonly generation: string;
  /** While a recount is ending: until when nothing else may be counted, in milliseconds since 1970. */
  readonly lockedUntil: number | undefined;
  readonly recountDue: RecountDue | undefined;
  readonly item: PlainItem;
}

export async function readState({ client, countsTable }: CountsTable, recordType: CountedType): Promise<CountsState> {
  const key = { recordType, group: ALL };
  const [item = {}] = await getItems({ client, table: countsTable, consistent: true }, [key]);
  return {
    generation: (item['generation'] as string | undefined) ?? UNCOUNTED,
    lockedUntil: item['lockedUntil'] as number | undefined,
    recountDue: item['recountDue'] as RecountDue | undefined,
    item,
  };
}

/** How far a shard's changes are in the counts. */
export interface Checkpoint {
  readonly position: StreamPosition;
  /** When a reader was last there, in milliseconds since 1970. */
  readonly readAt: number;
}

/** After this long without being read a checkpoint is of no use: records live for a day. In milliseconds. */
const CHECKPOINT_LIFETIME = 7 * 24 * 3600 * 1000;

/** The attributes of a checkpoint that was read now. The table may have time to live on `expirationTime`. */
export function checkpointAttributes(position: StreamPosition): PlainItem {
  const readAt = Date.now();
  return { position, readAt, expirationTime: Math.ceil((readAt + CHECKPOINT_LIFETIME) / 1000) };
}

export async function readCheckpoint(
  { client, countsTable }: CountsTable,
  recordType: CountedType,
  group: string,
): Promise<Checkpoint | undefined> {
  const [item] = await getItems({ client, table: countsTable, consistent: true }, [{ recordType, group }]);
  return item as Checkpoint | undefined;
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
  }
  return tally;
}

export function countsOf(item: PlainItem): Counts {
  return tallyOf(item).counts;
}

/** A group's counts, or their differences, as attributes. Some are known of all records together only. */
export function countAttributes(tally: GroupTally, group: 'all' | 'collection'): Readonly<Record<string, number>> {
  const numbers = [
    [TOTAL, tally.total] as const,
    ...(group === 'all'
      ? ([
          [UNLISTED, tally.unlisted],
          [TIMED, tally.timed],
          [MILLISECONDS, tally.milliseconds],
        ] as const)
      : []),
    ...[...tally.byStatus].map(([status, count]) => [`${STATUS}${status}`, count] as const),
  ];
  return Object.fromEntries(numbers.filter(([, count]) => count !== 0));
}

/**
 * Notes that counts may be wrong until a recount that begins after this: after a restore for instance, or a change that
 * the stream cannot tell of. Whoever reads them is told so.
 */
export async function markRecountDue(
  { client, countsTable }: CountsTable,
  recordTypes: readonly CountedType[],
  reason: string,
): Promise<void> {
  const recountDue: RecountDue = { reason, since: new Date().toISOString() };
  for (const recordType of recordTypes) {
    const key = { recordType, group: ALL };
    await writeIf(client, {
      kind: 'update',
      table: countsTable,
      key,
      changes: { set: { recountDue } },
      conditions: [],
    });
  }
}

/** That a generation is in force, and is not locked; a lock that a killed recount left is removed. */
export function whileInForce(
  countsTable: string,
  recordType: CountedType,
  { generation, lockedUntil }: CountsState,
): Update {
  const { absent, anyOf, equals } = conditions;
  return {
    kind: 'update',
    table: countsTable,
    key: { recordType, group: ALL },
    changes: { set: { generation }, ...(lockedUntil === undefined ? {} : { remove: ['lockedUntil'] }) },
    conditions: [
      generation === UNCOUNTED
        ? anyOf(absent('generation'), equals('generation', generation))
        : equals('generation', generation),
      lockedUntil === undefined ? absent('lockedUntil') : equals('lockedUntil', lockedUntil),
    ],
  };
}

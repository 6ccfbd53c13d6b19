import { isDeepStrictEqual } from 'node:util';
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import {
  conditions,
  deleteItems,
  MAX_TRANSACTION_WRITES,
  type PlainItem,
  type Put,
  writeIf,
  writeTogether,
} from '@cumulus/dynamodb/items';
import { findStream, type StreamPosition, type TableStream } from '@cumulus/dynamodb/streams';
import { describeTable, requireSameTable, type TableIdentity } from '@cumulus/dynamodb/tables';
import type { CountedTable, CountedType } from './counted-types.ts';
import {
  ALL,
  type CountsState,
  type CountsTable,
  checkpointAttributes,
  collectionGroup,
  collectionsPrefix,
  countAttributes,
  LOCK_TIME,
  type RecountDue,
  readState,
  shardGroup,
  shardsPrefix,
  tallyOf,
} from './counts-table.ts';
import { itemsOf } from './read-counts.ts';
import { lost, RecountLease } from './recount-lease.ts';
import { Snapshot } from './snapshot.ts';
import { type Counts, type GroupTally, Tally } from './tally.ts';

/** Within how long a change is taken to be in its stream, in milliseconds. DynamoDB says "near-real time"; it is well under a second. */
const SETTLE_TIME = 15_000;

export interface RecountOptions extends CountsTable, CountedTable {
  readonly streamsClient: DynamoDBStreamsClient;
  /** Only count, and tell what would be repaired. */
  readonly dryRun?: boolean | undefined;
  /** Told how many records were seen so far. */
  readonly onProgress?:
    | ((progress: { readonly recordType: CountedType; readonly records: number }) => void)
    | undefined;
  /** Within how long a change is sure to be in its stream, in milliseconds; 15 seconds unless given. */
  readonly settleTime?: number | undefined;
  /** The time between two looks for changes where there were none, in milliseconds; a second unless given. */
  readonly pollInterval?: number | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/** Counts that a recount changed. */
export interface CountDifference {
  /** Undefined for all records. */
  readonly collectionId: string | undefined;
  readonly before: Counts;
  readonly after: Counts;
}

export interface RecountResult {
  readonly recordType: CountedType;
  readonly before: Counts;
  readonly after: Counts;
  /** What was repaired, changes included that the feeders had not counted yet; first all records, then by collection. */
  readonly differences: readonly CountDifference[];
  /** Whether the counts follow further changes, if they are fed: the table has a stream. */
  readonly follows: boolean;
}

/**
 * Counts all records of a type anew and replaces the counts, while writers and feeders go on. It reads the whole table
 * once, strongly consistent. Killed at any point it leaves the counts as they were, or the new ones.
 *
 * Afterwards no recount is due, unless one was asked for while this one was going on.
 * @throws TableReplacedError if the table was deleted meanwhile, also if another one of its name was made
 * @throws RecountInProgressError if another one is under way, or took over
 * @throws CumulusError that says what to do, where DynamoDB does not answer or the work is aborted
 */
export async function recount(options: RecountOptions): Promise<RecountResult> {
  const { client, recordType, table, abortSignal } = options;
  const counted = await describeTable(client, table, abortSignal);
  const stream = await findStream(client, table, abortSignal);
  if (options.dryRun === true) return compare(options, counted, stream);
  const lease = await RecountLease.take(options, recordType);
  const signals = [lease.abortSignal, ...(abortSignal === undefined ? [] : [abortSignal])];
  try {
    return await replace({ ...options, abortSignal: AbortSignal.any(signals) }, counted, stream, lease);
  } catch (error) {
    // A lock that could not be removed runs out.
    await unlock(options).catch(() => undefined);
    throw error;
  } finally {
    await lease.end();
  }
}

async function compare(
  options: RecountOptions,
  counted: TableIdentity,
  stream: TableStream | undefined,
): Promise<RecountResult> {
  const state = await readState(options, options.recordType);
  const snapshot = await takeSnapshot(options, stream, state);
  await requireCounted(options, counted);
  const before = await readAll(options, await readState(options, options.recordType));
  return resultOf(options, before, snapshot.tally, stream);
}

async function replace(
  options: RecountOptions,
  counted: TableIdentity,
  stream: TableStream | undefined,
  lease: RecountLease,
): Promise<RecountResult> {
  const { client, recordType } = options;
  const start = await readState(options, recordType);
  await removeGenerations(options, (generation) => generation !== start.generation);

  const snapshot = await takeSnapshot(options, stream, start);
  // Once while the feeders go on, so that little is left for when they have to wait.
  if (stream !== undefined) await snapshot.catchUp(await positionsOf(options, start.generation, stream));
  await writeCollections(options, lease.id, snapshot.tally, snapshot.tally.collections.keys());

  for (;;) {
    options.abortSignal?.throwIfAborted();
    const lockedUntil = await lock(options, start.generation);
    if (lockedUntil === undefined) throw lost(recordType);
    if (stream !== undefined) {
      const changed = await snapshot.catchUp(await positionsOf(options, start.generation, stream));
      await writeCollections(options, lease.id, snapshot.tally, changed.collections.keys());
      await writeCheckpoints(options, lease.id, stream, snapshot.positions);
    }
    await requireCounted(options, counted);
    const state = await readState(options, recordType);
    const before = await readAll(options, state);
    const outcome = await writeTogether(client, [
      theEnd(options, start, state, lockedUntil, lease.id, snapshot.tally.all),
      lease.release,
    ]);
    if (outcome.done) {
      const result = resultOf(options, before, snapshot.tally, stream);
      await removeGenerations(options, (generation) => generation === start.generation);
      return result;
    }
    // The counts were marked meanwhile, or the lock ran out and a feeder went on: then the rest is done once more.
    if (outcome.failed.some(({ index }) => index === 1)) throw lost(recordType);
  }
}

/** The scan and the stream are read by the table's name and by its stream's: they have to be of one table. */
async function requireCounted({ client, abortSignal }: RecountOptions, counted: TableIdentity): Promise<void> {
  const advice = ['The counts are as they were.', 'Recount again: they are not those of the table that is there now.'];
  await requireSameTable(client, counted, 'during the recount', advice, abortSignal);
}

async function takeSnapshot(
  options: RecountOptions,
  stream: TableStream | undefined,
  { generation }: CountsState,
): Promise<Snapshot> {
  const { recordType, onProgress, settleTime = SETTLE_TIME } = options;
  return Snapshot.take({
    ...options,
    ...{ stream, settleTime },
    known: stream === undefined ? new Map() : await positionsOf(options, generation, stream),
    onScanned: (records) => onProgress?.({ recordType, records }),
  });
}

/** How far the feeders are in each shard. */
async function positionsOf(
  options: RecountOptions,
  generation: string,
  { label }: TableStream,
): Promise<ReadonlyMap<string, StreamPosition>> {
  const prefix = shardsPrefix(generation, label);
  const items = await itemsOf(options, prefix);
  return new Map(
    items.map((item) => [(item['group'] as string).slice(prefix.length), item['position'] as StreamPosition]),
  );
}

/** Makes the feeders wait. Their places do not change any more, as long as the lock is there. */
async function lock(options: RecountOptions, generation: string): Promise<number | undefined> {
  const { client, countsTable: table, recordType } = options;
  const lockedUntil = Date.now() + LOCK_TIME;
  const isSame = conditions.equals('generation', generation);
  const { done } = await writeIf(client, {
    ...{ kind: 'update', table, key: { recordType, group: ALL } },
    changes: { set: { lockedUntil }, setIfAbsent: { generation } },
    conditions: [conditions.anyOf(conditions.absent('generation'), isSame)],
  });
  return done ? lockedUntil : undefined;
}

/** Lets the feeders go on after a failure; an end that comes too late finds its lock gone. */
async function unlock({ client, countsTable: table, recordType }: RecountOptions): Promise<void> {
  await writeIf(client, {
    ...{ kind: 'update', table, key: { recordType, group: ALL } },
    changes: { remove: ['lockedUntil'] },
    conditions: [conditions.exists('lockedUntil')],
  });
}

/** Puts the new counts in force, and ends the lock, if nothing was written to the old ones since it was made. */
function theEnd(
  { countsTable: table, recordType }: RecountOptions,
  start: CountsState,
  state: CountsState,
  lockedUntil: number,
  generation: string,
  tally: GroupTally,
): Put {
  const { absent, equals } = conditions;
  // Asked for after this recount had begun, another one may have to see what this one did not.
  const isNew = !isDeepStrictEqual(state.recountDue, start.recountDue);
  const recountDue: RecountDue | undefined = isNew ? state.recountDue : undefined;
  return {
    kind: 'put',
    table,
    item: {
      ...{ recordType, group: ALL, generation, ...countAttributes(tally, 'all') },
      ...{ changedAt: state.item['changedAt'], countedAt: Date.now(), recountDue },
    },
    conditions: [
      equals('generation', start.generation),
      equals('lockedUntil', lockedUntil),
      state.recountDue === undefined ? absent('recountDue') : equals('recountDue', state.recountDue),
    ],
  };
}

async function writeCollections(
  options: RecountOptions,
  generation: string,
  tally: Tally,
  collectionIds: Iterable<string>,
): Promise<void> {
  const items = [...collectionIds].flatMap((collectionId) => {
    const group = tally.collections.get(collectionId);
    if (group === undefined) return [];
    return [
      { group: collectionGroup(generation, collectionId), collectionId, ...countAttributes(group, 'collection') },
    ];
  });
  await putItems(options, items);
}

async function writeCheckpoints(
  options: RecountOptions,
  generation: string,
  stream: TableStream,
  positions: ReadonlyMap<string, StreamPosition>,
): Promise<void> {
  const items = [...positions].map(([shard, position]) => ({
    group: shardGroup(generation, { stream: stream.label, shard }),
    ...checkpointAttributes(position),
  }));
  await putItems(options, items);
}

async function putItems(options: RecountOptions, items: readonly PlainItem[]): Promise<void> {
  const { client, countsTable: table, recordType, abortSignal } = options;
  for (let start = 0; start < items.length; start += MAX_TRANSACTION_WRITES) {
    abortSignal?.throwIfAborted();
    const some = items.slice(start, start + MAX_TRANSACTION_WRITES);
    await writeTogether(
      client,
      some.map((item): Put => ({ kind: 'put', table, item: { recordType, ...item }, conditions: [] })),
    );
  }
}

async function removeGenerations(options: RecountOptions, isOld: (generation: string) => boolean): Promise<void> {
  const { client, countsTable: table, recordType } = options;
  const items = [...(await itemsOf(options, 'collection#')), ...(await itemsOf(options, 'shard#'))];
  const old = items.map((item) => item['group'] as string).filter((group) => isOld(group.split('#')[1] ?? ''));
  await deleteItems(
    { client, table },
    old.map((group) => ({ recordType, group })),
  );
}

/** All counts of the generation in force. */
async function readAll(options: RecountOptions, { generation, item }: CountsState): Promise<Tally> {
  const tally = new Tally();
  tally.all.addAll(tallyOf(item));
  for (const collection of await itemsOf(options, collectionsPrefix(generation))) {
    tally.collections.set(collection['collectionId'] as string, tallyOf(collection));
  }
  return tally;
}

function resultOf(
  { recordType }: RecountOptions,
  before: Tally,
  after: Tally,
  stream: TableStream | undefined,
): RecountResult {
  const none: Counts = { total: 0, byStatus: {} };
  const ids = new Set([...before.collections.keys(), ...after.collections.keys()]);
  const pairs: CountDifference[] = [
    { collectionId: undefined, before: before.all.counts, after: after.all.counts },
    ...[...ids].sort().map((collectionId) => ({
      collectionId,
      before: before.collections.get(collectionId)?.counts ?? none,
      after: after.collections.get(collectionId)?.counts ?? none,
    })),
  ];
  return {
    recordType,
    before: before.all.counts,
    after: after.all.counts,
    differences: pairs.filter((pair) => !isDeepStrictEqual(pair.before, pair.after)),
    follows: stream !== undefined,
  };
}

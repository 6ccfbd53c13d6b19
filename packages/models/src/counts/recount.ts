import { isDeepStrictEqual } from 'node:util';
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { conditions, type Put, writeTogether } from '@cumulus/dynamodb/items';
import { type StreamPosition, streamOf, type TableStream } from '@cumulus/dynamodb/streams';
import { describeTable, requireSameTable, type TableDescription, type TableIdentity } from '@cumulus/dynamodb/tables';
import { type CountDifference, differencesOf } from './count-differences.ts';
import type { CountedTable, CountedType } from './counted-types.ts';
import { type CountsState, type RecountDue, readState } from './counts-state.ts';
import { ALL, BY_HOURS, type CountsTable, countAttributes } from './counts-table.ts';
import { lock, unlock } from './feeders-lock.ts';
import { readAll, removeGenerations, writeCheckpoints, writeCollections, writeDays } from './generation.ts';
import { itemsOf } from './read-counts.ts';
import { lost, RecountLease } from './recount-lease.ts';
import { shardsPrefix } from './shard-checkpoint.ts';
import { Snapshot } from './snapshot.ts';
import type { Counts, GroupTally, Tally } from './tally.ts';

/** Within how long a change is taken to be in its stream, in milliseconds. DynamoDB says "near-real time"; it is well under a second. */
const DEFAULT_SETTLE_TIME = 15_000;

export interface RecountOptions extends CountsTable, CountedTable {
  readonly streamsClient: DynamoDBStreamsClient;
  /** Only count, and report what would be repaired. */
  readonly dryRun?: boolean | undefined;
  /** Called with the number of records read so far. */
  readonly onProgress?:
    | ((progress: { readonly recordType: CountedType; readonly records: number }) => void)
    | undefined;
  /** Within how long a change is sure to be in its stream, in milliseconds; 15 seconds unless given. */
  readonly settleTime?: number | undefined;
  /** The time between two looks for changes where there were none, in milliseconds; a second unless given. */
  readonly pollInterval?: number | undefined;
  readonly abortSignal?: AbortSignal | undefined;
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
 * Recounts all records of a type and replaces the counts, while writers and feeders go on. It reads the whole table
 * once, strongly consistent. Killed at any point it leaves the counts as they were, or the new ones.
 *
 * Afterwards no recount is due, unless one was asked for while this one was going on.
 * @throws TableReplacedError if the table was deleted meanwhile, also if another one of its name was made
 * @throws RecountInProgressError if another one is under way, or took over
 * @throws CumulusError that says what to do, where DynamoDB does not answer or the work is aborted
 *
 * @example
 * ```ts
 * import { createClient, createStreamsClient } from '@cumulus/dynamodb/aws';
 * import { recount } from '@cumulus/models/counts';
 *
 * const { after, differences } = await recount({
 *   client: createClient(),
 *   streamsClient: createStreamsClient(),
 *   countsTable: 'prod-RecordCountsTable',
 *   recordType: 'granule',
 *   table: 'prod-GranulesTable',
 * });
 * console.log(after.total, `${differences.length} counts were wrong`);
 * ```
 */
export async function recount(options: RecountOptions): Promise<RecountResult> {
  const { client, recordType, table, abortSignal } = options;
  const counted = await describeTable(client, table, abortSignal);
  const stream = streamOf(counted);
  if (options.dryRun === true) return compare(options, counted, stream);
  const lease = await RecountLease.take(options, recordType);
  const signals = [lease.abortSignal, ...(abortSignal === undefined ? [] : [abortSignal])];
  try {
    return await replace({ ...options, abortSignal: AbortSignal.any(signals) }, counted, stream, lease);
  } catch (error) {
    // A lock that could not be removed expires.
    await unlock(options).catch(() => undefined);
    throw error;
  } finally {
    await lease.release();
  }
}

async function compare(
  options: RecountOptions,
  counted: TableDescription,
  stream: TableStream | undefined,
): Promise<RecountResult> {
  const state = await readState(options, options.recordType);
  const snapshot = await takeSnapshot(options, counted, stream, state);
  await requireCounted(options, counted);
  const before = await readAll(options, await readState(options, options.recordType));
  return resultOf(options, before, snapshot.tally, stream);
}

async function replace(
  options: RecountOptions,
  counted: TableDescription,
  stream: TableStream | undefined,
  lease: RecountLease,
): Promise<RecountResult> {
  const { client, recordType } = options;
  const start = await readState(options, recordType);
  await removeGenerations(options, (generation) => generation !== start.generation);

  const snapshot = await takeSnapshot(options, counted, stream, start);
  // Once while the feeders go on, so that little is left for when they have to wait.
  if (stream !== undefined) await snapshot.catchUp(await positionsOf(options, start.generation, stream));
  await writeCollections(options, lease.id, snapshot.tally, snapshot.tally.collections.keys());
  await writeDays(options, lease.id, snapshot.tally, snapshot.tally);

  for (;;) {
    options.abortSignal?.throwIfAborted();
    const lockedUntil = await lock(options, start.generation);
    if (lockedUntil === undefined) throw lost(recordType);
    if (stream !== undefined) {
      const changed = await snapshot.catchUp(await positionsOf(options, start.generation, stream));
      await writeCollections(options, lease.id, snapshot.tally, changed.collections.keys());
      await writeDays(options, lease.id, snapshot.tally, changed);
      await writeCheckpoints(options, lease.id, stream, snapshot.positions);
    }
    await requireCounted(options, counted);
    const state = await readState(options, recordType);
    const before = await readAll(options, state);
    const outcome = await writeTogether(client, [
      putInForce(options, start, state, lockedUntil, lease.id, snapshot.tally.all),
      lease.releasing,
    ]);
    if (outcome.done) {
      const result = resultOf(options, before, snapshot.tally, stream);
      await removeGenerations(options, (generation) => generation === start.generation);
      return result;
    }
    // The counts were marked meanwhile, or the lock expired and a feeder went on: then the rest is done again.
    if (outcome.failed.some(({ index }) => index === 1)) throw lost(recordType);
  }
}

/** The scan reads by the table's name, the stream by its ARN: both have to be of one table. */
async function requireCounted({ client, abortSignal }: RecountOptions, counted: TableIdentity): Promise<void> {
  const advice = ['The counts are as they were.', 'Recount again: they are not those of the table that is there now.'];
  await requireSameTable(client, counted, 'during the recount', advice, abortSignal);
}

async function takeSnapshot(
  options: RecountOptions,
  table: TableDescription,
  stream: TableStream | undefined,
  { generation }: CountsState,
): Promise<Snapshot> {
  const { recordType, onProgress, settleTime = DEFAULT_SETTLE_TIME } = options;
  return Snapshot.take({
    ...options,
    ...{ table, stream, settleTime },
    known: stream === undefined ? new Map() : await positionsOf(options, generation, stream),
    onScanned: (records) => onProgress?.({ recordType, records }),
  });
}

/** How far the feeders have counted each shard. */
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

/** Puts the new counts in force and ends the lock, if nothing has changed the old ones since the lock was made. */
function putInForce(
  { countsTable: table, recordType }: RecountOptions,
  start: CountsState,
  state: CountsState,
  lockedUntil: number,
  generation: string,
  tally: GroupTally,
): Put {
  const { absent, equals } = conditions;
  // A recount that was asked for after this one started may have to see what this one did not.
  const isNew = !isDeepStrictEqual(state.recountDue, start.recountDue);
  const recountDue: RecountDue | undefined = isNew ? state.recountDue : undefined;
  return {
    kind: 'put',
    table,
    item: {
      ...{ recordType, group: ALL, generation, [BY_HOURS]: true, ...countAttributes(tally, 'all') },
      ...{ changedAt: state.item['changedAt'], countedAt: Date.now(), recountDue },
    },
    conditions: [
      equals('generation', start.generation),
      equals('lockedUntil', lockedUntil),
      state.recountDue === undefined ? absent('recountDue') : equals('recountDue', state.recountDue),
    ],
  };
}

function resultOf(
  { recordType }: RecountOptions,
  before: Tally,
  after: Tally,
  stream: TableStream | undefined,
): RecountResult {
  return {
    recordType,
    before: before.all.counts,
    after: after.all.counts,
    differences: differencesOf(before, after),
    follows: stream !== undefined,
  };
}

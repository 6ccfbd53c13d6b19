import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { poll, TableNotFoundError } from '@cumulus/dynamodb/aws';
import { findStream, readStream, type Shard, type StreamPosition, type TableStream } from '@cumulus/dynamodb/streams';
import { changeOf } from './change.ts';
import type { CountedTable, CountedType } from './counted-types.ts';
import { markRecountDue } from './counts-state.ts';
import { type CountsTable, UNCOUNTED } from './counts-table.ts';
import { NoStreamError } from './errors.ts';
import { readCheckpoint, shardGroup } from './shard-checkpoint.ts';
import { ShardFeed } from './shard-feed.ts';

/** Records live for 24 hours. A reader that was away for longer than this may have missed some, in milliseconds. */
export const MAX_ABSENCE = 23 * 3600 * 1000;

/** How often an idle shard's checkpoint is renewed, in milliseconds. */
const TOUCH_INTERVAL = 3600 * 1000;

/** The time between two looks whether a table still has the stream that is read, in milliseconds. */
const DEFAULT_LOOK_INTERVAL = 60_000;

export interface FollowCountsOptions extends CountsTable {
  readonly streamsClient: DynamoDBStreamsClient;
  readonly tables: readonly CountedTable[];
  /** The time between two looks for changes where there were none, in milliseconds; a second unless given. */
  readonly pollInterval?: number | undefined;
  /** The time between two looks whether a table still has the stream that is read, in milliseconds; a minute unless given. */
  readonly lookInterval?: number | undefined;
  /** Called with the number of changes that were counted now or earlier. */
  readonly onChanges?: ((recordType: CountedType, changes: number) => void) | undefined;
  /** Ends the following. */
  readonly abortSignal: AbortSignal;
}

/**
 * Keeps the counts right by reading the tables' streams, until `abortSignal` ends it. It can be killed at any time, and run
 * beside others of its kind and the Lambda handler: every change is counted once.
 *
 * Where changes may have been missed, because nobody read a stream for about a day or the table has got another one (also
 * by being deleted and made again), it marks that a recount is due.
 * @throws NoStreamError where a table has no stream of new and old images
 * @throws CumulusError that says what to do, where DynamoDB does not answer
 *
 * @example
 * ```ts
 * import { createClient, createStreamsClient } from '@cumulus/dynamodb/aws';
 * import { followCounts } from '@cumulus/models/counts';
 *
 * await followCounts({
 *   client: createClient(),
 *   streamsClient: createStreamsClient(),
 *   countsTable: 'prod-RecordCountsTable',
 *   tables: [{ recordType: 'granule', table: 'prod-GranulesTable' }],
 *   abortSignal: AbortSignal.timeout(3_600_000),
 * });
 * ```
 */
export async function followCounts(options: FollowCountsOptions): Promise<void> {
  const { client, tables, abortSignal } = options;
  const failure = new AbortController();
  const signal = AbortSignal.any([failure.signal, abortSignal]);
  const followings = tables.map(async (counted) => {
    for (;;) {
      const stream = await findStream(client, counted.table, signal);
      if (stream === undefined) throw new NoStreamError(counted.table);
      await followWhileThere({ ...options, abortSignal: signal }, counted, stream);
    }
  });
  try {
    await Promise.all(followings);
  } catch (error) {
    failure.abort();
    await Promise.allSettled(followings);
    if (!abortSignal.aborted) throw error;
  }
}

/** Follows a stream for as long as the table has it: one that it had before can be read for a day more, but has no new changes. */
async function followWhileThere(
  options: FollowCountsOptions,
  { recordType, table }: CountedTable,
  stream: TableStream,
): Promise<void> {
  const { client, abortSignal, lookInterval = DEFAULT_LOOK_INTERVAL } = options;
  const replaced = new AbortController();
  const isReplaced = async (): Promise<boolean> =>
    (await findStream(client, table, abortSignal))?.label !== stream.label;
  const ended = new AbortController();
  const signal = AbortSignal.any([abortSignal, replaced.signal]);
  const watching = poll({
    look: () => isReplaced().catch(unlessGone),
    isOver: (is) => is,
    delays: { initialDelay: lookInterval },
    abortSignal: AbortSignal.any([abortSignal, ended.signal]),
  });
  // What keeps it from looking ends the following; at the following's own end nobody looks any more.
  watching.then(
    () => replaced.abort(),
    (error: unknown) => replaced.abort(error),
  );
  try {
    await followStream({ ...options, abortSignal: signal }, recordType, stream);
  } catch (error) {
    abortSignal.throwIfAborted();
    // The stream of a table that is gone may be refused before anybody has looked.
    if (!(await isReplaced())) throw replaced.signal.aborted ? replaced.signal.reason : error;
  } finally {
    ended.abort();
  }
}

/** The stream of a table that is gone is read to its end: perhaps another table of its name is about to be made. */
function unlessGone(error: unknown): false {
  if (error instanceof TableNotFoundError) return false;
  throw error;
}

async function followStream(options: FollowCountsOptions, recordType: CountedType, stream: TableStream): Promise<void> {
  const feeds = new Map<string, { readonly feed: ShardFeed; touchedAt: number }>();
  const isDue = (reason: string): Promise<void> => markRecountDue(options, [recordType], reason);

  const positionOf = async (shard: Shard): Promise<StreamPosition> => {
    const feed = new ShardFeed({ ...options, recordType, shard: { stream: stream.label, shard: shard.id } });
    feeds.set(shard.id, { feed, touchedAt: Date.now() });
    const { state, checkpoint } = await feed.load();
    const counted = state.generation !== UNCOUNTED;
    if (checkpoint === undefined) {
      if (counted && !(await isContinued(options, recordType, state.generation, stream, shard))) {
        await isDue('A part of the stream was met whose earlier changes nobody had read.');
      }
    } else if (counted && checkpoint.position !== 'end' && checkpoint.readAt < Date.now() - MAX_ABSENCE) {
      await isDue('Nobody read the stream for about a day, which is as long as it keeps changes.');
    }
    if (checkpoint?.position !== 'end') await feed.touch();
    return checkpoint?.position ?? 'start';
  };

  await readStream({
    ...options,
    streams: options.streamsClient,
    streamArn: stream.arn,
    endless: true,
    positionOf,
    onTrimmed: () => isDue('Changes were trimmed from the stream before anybody had read them.'),
    take: async ({ shard, records, position }) => {
      const known = feeds.get(shard.id);
      if (known === undefined) return true;
      await known.feed.apply(
        records.map((record) => changeOf(recordType, record)),
        position === 'end',
      );
      if (records.length > 0) options.onChanges?.(recordType, records.length);
      if (position === 'end') feeds.delete(shard.id);
      else if (records.length > 0) known.touchedAt = Date.now();
      else if (known.touchedAt < Date.now() - TOUCH_INTERVAL) {
        await known.feed.touch();
        known.touchedAt = Date.now();
      }
      return true;
    },
  });
}

/** Whether the changes before a shard's are counted: its parent was read to its end. */
async function isContinued(
  options: CountsTable,
  recordType: CountedType,
  generation: string,
  stream: TableStream,
  { parentId }: Shard,
): Promise<boolean> {
  if (parentId === undefined) return false;
  const group = shardGroup(generation, { stream: stream.label, shard: parentId });
  return (await readCheckpoint(options, recordType, group))?.position === 'end';
}

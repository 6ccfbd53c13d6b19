import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { CumulusError, InterruptedError } from '../../aws/errors.ts';
import { openStorage } from '../../storage/open-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { readStream } from '../../streams/read-stream.ts';
import { describeTable, findTable, type TableDescription } from '../../tables/describe.ts';
import { NotArchivableError } from '../errors.ts';
import { ensureBase } from './base.ts';
import {
  DEFAULT_NOTE_EVERY,
  DEFAULT_SEGMENT_BYTES,
  DEFAULT_SEGMENT_EVERY,
  DEFAULT_SETTLE,
  type FollowEvent,
  type FollowOptions,
  type FollowResult,
  type FollowSettings,
} from './options.ts';
import { StreamArchiver } from './stream-archiver.ts';

/** After how long a base that failed is tried again, in milliseconds. */
const BASE_AGAIN_AFTER = 60_000;

/** How often it is looked whether the table has another stream, in milliseconds. */
const LOOK_AT_TABLE_EVERY = 60_000;

/** Streams whose records have what an item is after a change. */
const VIEW_TYPES = new Set<string | undefined>(['NEW_IMAGE', 'NEW_AND_OLD_IMAGES']);

/**
 * Archives a table: a base, which is a dated backup, and every change from the table's stream. Each change is written once, however often
 * followers are killed, and however many there are. They share the shards. It goes on until the signal; with `once`, until what is there
 * now is archived.
 *
 * If changes were lost before they could be read, that is kept as a gap, and a new base is made. No second in the gap counts as archived.
 * @throws NotArchivableError for a table without a stream of new images
 * @throws TableNotFoundError, AccessDeniedError, ConnectionError, ThrottledError, FileError, StorageError, ArchiveDamagedError
 * @example
 * ```ts
 * import { followTable } from '@cumulus/dynamodb/archive';
 * import { createClient, createStreamsClient } from '@cumulus/dynamodb/aws';
 *
 * const stop = new AbortController();
 * process.once('SIGTERM', () => stop.abort());
 * const { changes } = await followTable({
 *   client: createClient(),
 *   streams: createStreamsClient(),
 *   table: 'prod-GranulesTable',
 *   archive: 's3://my-archive/prod',
 *   abortSignal: stop.signal,
 * });
 * console.log(`${changes} changes`);
 * ```
 */
export async function followTable(options: FollowOptions): Promise<FollowResult> {
  const { client, table, archive, s3, once = false, abortSignal } = options;
  const storage = await openStorage(archive, { s3 });
  await storage.prepare();
  const tally = new Tally(table, options.onEvent);
  let description = await describeTable(client, table, abortSignal);
  try {
    for (;;) {
      const next = await followStream({ options, storage, description, tally });
      if (once || next === undefined) return tally.result;
      description = next;
      tally.take({ kind: 'stream changed', table, arn: next.streamArn ?? '' });
    }
  } catch (error) {
    // What was read is written; that it goes on until the signal is no failure.
    if (error instanceof InterruptedError && abortSignal?.aborted && !once) return tally.result;
    throw error;
  }
}

interface StreamJob {
  readonly options: FollowOptions;
  readonly storage: Storage;
  readonly description: TableDescription;
  readonly tally: Tally;
}

/**
 * Archives a table's stream.
 * @returns the table once it has another stream, and the end of this one is archived; undefined with `once`
 */
async function followStream(job: StreamJob): Promise<TableDescription | undefined> {
  const { options, storage, description, tally } = job;
  const { once = false } = options;
  const arn = streamOf(description);
  const ends = new AbortController();
  const outer = [options.abortSignal, ends.signal].filter((each) => each !== undefined);
  const abortSignal = AbortSignal.any(outer);
  setMaxListeners(0, abortSignal);
  const settings = settingsOf(options);
  const stream = { arn, label: labelOf(arn) };
  const { name, id } = description;
  const archiver = new StreamArchiver({
    storage,
    table: { name, arn: description.arn, id },
    stream,
    settings,
    once,
    onEvent: tally.take,
  });
  let next: TableDescription | 'deleted' | undefined;
  let lookedAt = performance.now();
  const lookAtTable = async (): Promise<void> => {
    if (once || performance.now() - lookedAt < LOOK_AT_TABLE_EVERY) return;
    lookedAt = performance.now();
    const now = await findTable(options.client, name, abortSignal);
    if (now?.streamArn === arn) return;
    next = now ?? 'deleted';
    ends.abort();
  };
  const base = makeBases(job, stream.label, archiver, settings, abortSignal);
  // It is awaited later. Without a handler, a failure before that would end the process.
  base.catch(() => undefined);
  const { streams, pollInterval, refreshInterval } = options;
  const read = (endless: boolean, signal: AbortSignal | undefined): Promise<void> =>
    readStream({
      ...{ streams, streamArn: arn, raw: true, pollInterval, refreshInterval, endless, abortSignal: signal },
      positionOf: (shard) => archiver.positionOf(shard),
      onShards: async (shards, requestedAt) => {
        await archiver.takeShards(shards, requestedAt);
        await lookAtTable();
      },
      onTrimmed: (shard) => archiver.takeTrimmed(shard),
      take: (batch) => archiver.take(batch),
    });
  try {
    await read(!once, abortSignal).catch(async (error: unknown) => {
      if (next === undefined) throw error;
      // A stream that is disabled can be read to its end for a day.
      await archiver.finish();
      await read(false, options.abortSignal);
    });
    if (once) {
      await archiver.finish();
      // What came while the base was made.
      if (await base) await read(false, abortSignal);
    }
    await archiver.finish();
  } catch (error) {
    await archiver.finish().catch(() => undefined);
    throw error;
  } finally {
    ends.abort();
    await base.catch(() => undefined);
  }
  return next === 'deleted' ? describeTable(options.client, name) : next;
}

/** Makes a base whenever one is missing. @returns whether it made one */
async function makeBases(
  { options, storage, tally }: StreamJob,
  label: string,
  archiver: StreamArchiver,
  { settle }: FollowSettings,
  abortSignal: AbortSignal,
): Promise<boolean> {
  const { table, once = false } = options;
  for (;;) {
    try {
      const isSettled = (): boolean => archiver.isSettled;
      const made = await ensureBase({ storage, options, label, settle, isSettled, abortSignal, onEvent: tally.take });
      if (once) return made !== undefined;
      await archiver.nextGap(abortSignal);
    } catch (error) {
      if (once || abortSignal.aborted || !(error instanceof CumulusError)) throw error;
      tally.take({ kind: 'base failed', table, error });
      await sleep(BASE_AGAIN_AFTER, undefined, { signal: abortSignal });
    }
  }
}

/** @throws NotArchivableError */
function streamOf({ name, streamArn, schema }: TableDescription): string {
  if (streamArn === undefined) throw new NotArchivableError(name, 'it has no stream');
  if (!VIEW_TYPES.has(schema.stream)) {
    throw new NotArchivableError(name, `its stream has ${schema.stream}, and so not what an item is after a change`);
  }
  return streamArn;
}

/** `arn:aws:dynamodb:REGION:ACCOUNT:table/TABLE/stream/LABEL` */
function labelOf(streamArn: string): string {
  return streamArn.slice(streamArn.lastIndexOf('/') + 1);
}

function settingsOf({
  settle = DEFAULT_SETTLE,
  segmentEvery = DEFAULT_SEGMENT_EVERY,
  segmentBytes = DEFAULT_SEGMENT_BYTES,
  noteEvery = DEFAULT_NOTE_EVERY,
}: FollowOptions): FollowSettings {
  return { settle, segmentEvery, segmentBytes, noteEvery };
}

/** Counts what happens. */
class Tally {
  readonly #table: string;
  readonly #onEvent: ((event: FollowEvent) => void) | undefined;
  #segments = 0;
  #changes = 0;
  #bytes = 0;
  #gaps = 0;
  readonly #bases: string[] = [];

  constructor(table: string, onEvent: ((event: FollowEvent) => void) | undefined) {
    this.#table = table;
    this.#onEvent = onEvent;
  }

  get result(): FollowResult {
    return {
      table: this.#table,
      segments: this.#segments,
      changes: this.#changes,
      bytes: this.#bytes,
      gaps: this.#gaps,
      bases: [...this.#bases],
    };
  }

  readonly take = (event: FollowEvent): void => {
    if (event.kind === 'segment') {
      this.#segments += 1;
      this.#changes += event.changes;
      this.#bytes += event.bytes;
    }
    if (event.kind === 'gap') this.#gaps += 1;
    if (event.kind === 'base made') this.#bases.push(event.file);
    this.#onEvent?.(event);
  };
}

import { setMaxListeners } from 'node:events';
import { classifyAwsError } from '../../aws/classify-error.ts';
import { InterruptedError } from '../../aws/errors.ts';
import { pause } from '../../aws/pause.ts';
import { checkRecipients } from '../../storage/encryption/recipients.ts';
import { RecipientError } from '../../storage/errors.ts';
import { openStorage } from '../../storage/open-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { readStream } from '../../streams/read-stream.ts';
import { labelOf } from '../../streams/stream-label.ts';
import { describeTable, findTable, type TableDescription } from '../../tables/describe.ts';
import { readTableArchive, recipientsOf } from '../read/table-archive.ts';
import { archivableStream } from './archivable-stream.ts';
import { ensureBase } from './base.ts';
import { startCopying } from './follow-payloads.ts';
import {
  DEFAULT_RETRY_INTERVAL,
  DEFAULT_TABLE_INTERVAL,
  type FollowOptions,
  type FollowResult,
  type FollowSettings,
  settingsOf,
} from './options.ts';
import { isStreamGone, Outage } from './outage.ts';
import { StreamArchiver } from './stream-archiver.ts';
import { Tally } from './tally.ts';

/** The time between two requests to the end of a shard where somebody waits for it, in milliseconds; DynamoDB allows five a second. */
const POLL_INTERVAL_ONCE = 250;

/**
 * Archives a table: a base, which is a dated backup, and every change from the table's stream. Each change is written once, however often
 * followers are killed, and however many there are. They share the shards. It goes on until the signal; with `once`, until what is there
 * now is archived.
 *
 * If changes were lost before they could be read, that is kept as a gap, and a new base is made. No second in the gap counts as archived.
 *
 * Without `once`, it outlasts what passes: throttling, a network that is down, credentials that have expired, a disk that is full, a table
 * that is deleted or has no stream for now. It reports that by `onEvent`, once, and tries again.
 * @throws RecipientError before anything is read; NotArchivableError, at the beginning, for a table without a stream of new images
 * @throws TableNotFoundError, ConnectionError and ThrottledError, at the beginning and with `once`
 * @throws AccessDeniedError, FileError, StorageError, ArchiveDamagedError
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
  const { archive, s3, recipients, payloads } = options;
  await checkRecipients(recipients);
  const storage = await openStorage(archive, { s3 });
  if (payloads !== undefined) await requirePlain(storage, options);
  await storage.prepare();
  const tally = new Tally(options.table, options.onEvent);
  const copying = await startCopying(options, storage, tally.take);
  if (copying !== undefined) tally.listen(copying.takeEvent);
  try {
    await followStreams(options, storage, tally);
    await copying?.finish();
  } finally {
    await copying?.stop();
  }
  return tally.result;
}

/** @throws RecipientError for what is encrypted, or is to be */
async function requirePlain(storage: Storage, { table, recipients, abortSignal }: FollowOptions): Promise<void> {
  const encryptedTo = recipients ?? recipientsOf(await readTableArchive(storage, table, abortSignal));
  if (encryptedTo === undefined) return;
  throw new RecipientError(
    `The objects that items of ${table} point to cannot be copied into an encrypted archive: after a restart, whoever copies them could not read which are outstanding.`,
    ['Nothing was changed. Archive without these objects, or into another archive without recipients.'],
  );
}

/** Archives the table's stream, and any that it gets later. */
async function followStreams(given: FollowOptions, storage: Storage, tally: Tally): Promise<void> {
  let options = given;
  const { client, table, once = false, abortSignal, retryInterval = DEFAULT_RETRY_INTERVAL } = options;
  const outage = new Outage({
    maxWait: retryInterval,
    endsAfter: settingsOf(options).segmentEvery,
    onBegin: (error) => tally.take({ kind: 'paused', table, error }),
    onEnd: () => tally.take({ kind: 'resumed', table }),
  });
  let followed: string | undefined;
  for (;;) {
    try {
      const description = await describeTable(client, table, abortSignal);
      const arn = archivableStream(description);
      if (followed !== undefined && followed !== arn) tally.take({ kind: 'stream changed', table, arn });
      followed = arn;
      if (options.recipients === undefined) {
        const recipients = recipientsOf(await readTableArchive(storage, table, abortSignal));
        options = { ...options, recipients };
      }
      await followStream({ options, storage, description, arn, tally, onWritten: () => outage.takeWritten() });
      if (once) return;
    } catch (error) {
      // What was read is written; that it goes on until the signal is no failure.
      if (wasStopped(error, options)) return;
      if (once || followed === undefined) throw error;
      await outage.wait(error, abortSignal).catch((thrown: unknown) => {
        if (!wasStopped(thrown, options)) throw thrown;
      });
      if (abortSignal?.aborted) return;
    }
  }
}

function wasStopped(error: unknown, { once = false, abortSignal }: FollowOptions): boolean {
  const isInterruption = error instanceof InterruptedError || classifyAwsError(error) === 'interrupted';
  return !once && abortSignal?.aborted === true && isInterruption;
}

interface StreamJob {
  readonly options: FollowOptions;
  readonly storage: Storage;
  readonly description: TableDescription;
  readonly arn: string;
  readonly tally: Tally;
  /** Called when a segment or a note was written. */
  readonly onWritten: () => void;
}

/** Archives a table's stream: until the table has another one, or none, and the end of this one is archived; with `once`, what is there. */
async function followStream(job: StreamJob): Promise<void> {
  const { options, storage, description, arn, tally, onWritten } = job;
  const { once = false, tableInterval = DEFAULT_TABLE_INTERVAL } = options;
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
    onWritten,
  });
  let isOver = false;
  let lookedAt = performance.now();
  const lookAtTable = async (): Promise<void> => {
    if (once || isOver || performance.now() - lookedAt < tableInterval) return;
    lookedAt = performance.now();
    const now = await findTable(options.client, name, abortSignal);
    if (now?.streamArn === arn) return;
    isOver = true;
    ends.abort();
  };
  const base = makeBases(job, stream.label, archiver, settings, abortSignal);
  // It is awaited later. Without a handler, a failure before that would end the process.
  base.catch(() => undefined);
  const { streams, pollInterval = once ? POLL_INTERVAL_ONCE : undefined, refreshInterval } = options;
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
      if (!isOver) throw error;
      await archiver.finish();
      archiver.leaveAtEnd();
      // A stream that is disabled can be read to its end for a day.
      await read(false, options.abortSignal).catch((thrown: unknown) => {
        if (!isStreamGone(thrown)) throw thrown;
      });
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
}

/** Makes a base whenever one is missing. @returns whether it made one */
async function makeBases(
  { options, storage, description, tally }: StreamJob,
  label: string,
  archiver: StreamArchiver,
  { settle }: FollowSettings,
  abortSignal: AbortSignal,
): Promise<boolean> {
  const { table, once = false, retryInterval = DEFAULT_RETRY_INTERVAL } = options;
  for (;;) {
    try {
      const isSettled = (): boolean => archiver.isSettled;
      const { estimatedBytes: tableBytes } = description;
      const job = { storage, options, label, settle, tableBytes, isSettled, abortSignal, onEvent: tally.take };
      const made = await ensureBase(job);
      if (once) return made !== undefined;
      await archiver.nextGap(abortSignal);
    } catch (error) {
      if (once || abortSignal.aborted) throw error;
      tally.take({ kind: 'base failed', table, error: error as Error });
      await pause(retryInterval, abortSignal);
    }
  }
}

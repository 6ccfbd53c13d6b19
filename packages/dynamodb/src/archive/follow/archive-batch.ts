import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { explainDynamoDBError } from '../../aws/dynamodb-errors.ts';
import { checkRecipients } from '../../storage/encryption/recipients.ts';
import { openStorage, type S3Access } from '../../storage/open-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { isAfter, type StreamPosition } from '../../streams/position.ts';
import { readShard } from '../../streams/read-shard.ts';
import { listShards, type Shard } from '../../streams/shards.ts';
import { labelOf } from '../../streams/stream-label.ts';
import { findTable } from '../../tables/describe.ts';
import { tableOfArn } from '../../tables/table-names.ts';
import { NotArchivableError } from '../errors.ts';
import type { ArchivedTable, SegmentHeader } from '../format/segment.ts';
import type { ReadSegment } from '../read/read-segment.ts';
import { readStreams } from '../read/stream-archive.ts';
import { readTableArchive, recipientsOf } from '../read/table-archive.ts';
import { archivedTo, findLastSegment } from '../store/shard-chain.ts';
import { archivableStream } from './archivable-stream.ts';
import { type FollowEvent, type FollowSettings, settingsOf } from './options.ts';
import { ShardArchiver } from './shard-archiver.ts';
import { beginningOf } from './shard-beginning.ts';
import { noteShards } from './stream-archiver.ts';
import { Tally } from './tally.ts';

/** The time between two requests where DynamoDB returns no changes yet, in milliseconds; it allows five a second. */
const DEFAULT_POLL_INTERVAL = 250;

export interface ArchiveBatchOptions extends Partial<FollowSettings> {
  readonly client: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
  /** Where the archive is: a directory, which is created if it is missing, or `s3://BUCKET/PREFIX`. */
  readonly archive: string;
  /** How to ask S3, if it is there; with the usual settings unless given. */
  readonly s3?: S3Access | undefined;
  readonly streamArn: string;
  /** The id of the shard that the batch is of. */
  readonly shard: string;
  /** Those of the batch's changes, in their order. */
  readonly sequenceNumbers: readonly string[];
  /** The time between two requests where DynamoDB returns no changes yet, in milliseconds; 250 unless given. */
  readonly pollInterval?: number | undefined;
  /** Ends the work, after what has been read is written. */
  readonly abortSignal?: AbortSignal | undefined;
  readonly onEvent?: ((event: FollowEvent) => void) | undefined;
}

/** What became of a batch. */
export interface ArchivedBatch {
  /** The first of the sequence numbers whose change is not archived; undefined if none is left. */
  readonly missing: string | undefined;
  /** Why; undefined also if DynamoDB has returned no changes, though the batch has some. It may do that for a while. */
  readonly error: Error | undefined;
  readonly segments: number;
  /** Changes that were written, which may be more than those of the batch. */
  readonly changes: number;
  readonly gaps: number;
}

/**
 * Archives a shard of a stream up to the end of a batch, which somebody else has read from it: Lambda, for example.
 *
 * The batch says only how far to go. The changes themselves are read from the stream, from where the shard's archive ends. So a batch that
 * comes twice, too late or never, that lacks changes or comes before another one makes no hole in the archive and no change double.
 * Followers may archive the same shard at the same time.
 *
 * Parents that are not archived to their end are archived first. Changes that DynamoDB has removed are named as a gap, as
 * {@link followTable} does. It makes no base.
 * @throws NotArchivableError for a stream that is not the table's, or has no new images
 * @example
 * ```ts
 * import { archiveBatch } from '@cumulus/dynamodb/archive';
 * import { createClient, createStreamsClient } from '@cumulus/dynamodb/aws';
 *
 * const { missing, error } = await archiveBatch({
 *   client: createClient(),
 *   streams: createStreamsClient(),
 *   archive: 's3://my-archive/prod',
 *   streamArn: 'arn:aws:dynamodb:us-east-1:123456789012:table/prod-GranulesTable/stream/2026-11-29T20:32:00.123',
 *   shard: 'shardId-00000001764448320123-0123abcd',
 *   sequenceNumbers: ['100000000003498069978', '100000000003498069979'],
 * });
 * if (missing !== undefined) console.log(`Not archived from ${missing} on: ${error?.message}`);
 * ```
 */
export async function archiveBatch(options: ArchiveBatchOptions): Promise<ArchivedBatch> {
  const { archive, s3, streamArn, shard, sequenceNumbers, recipients } = options;
  await checkRecipients(recipients);
  const storage = await openStorage(archive, { s3 });
  const table = tableOfArn(streamArn);
  const label = labelOf(streamArn);
  const tally = new Tally(table, options.onEvent);
  const head = await findLastSegment(storage, { table, label, shard });
  let done = archivedTo(head);
  let error: Error | undefined;
  if (sequenceNumbers.some((each) => isAfter(each, done))) {
    await storage.prepare();
    const job = {
      options: await encryptedAsBefore(options, storage, head),
      storage,
      tally,
      stream: { arn: streamArn, label },
    };
    const reached = await archiveTo(await shardsOf(job, head), job);
    done = reached.position;
    error = reached.error;
  }
  const { segments, changes, gaps } = tally.result;
  return { missing: sequenceNumbers.find((each) => isAfter(each, done)), error, segments, changes, gaps };
}

/** A shard whose archive begins is encrypted as the archive is. One that has segments goes on as these. */
async function encryptedAsBefore(
  options: ArchiveBatchOptions,
  storage: Storage,
  head: ReadSegment | undefined,
): Promise<ArchiveBatchOptions> {
  if (options.recipients !== undefined || head !== undefined) return options;
  const archive = await readTableArchive(storage, tableOfArn(options.streamArn), options.abortSignal);
  return { ...options, recipients: recipientsOf(archive) };
}

interface BatchJob {
  readonly options: ArchiveBatchOptions;
  readonly storage: Storage;
  readonly tally: Tally;
  readonly stream: SegmentHeader['stream'];
}

/** The batch's shard, behind those of its ancestors that are not archived to their end. */
interface Lineage {
  readonly table: ArchivedTable;
  readonly shards: readonly Shard[];
}

/** @param head the last segment of the batch's shard */
async function shardsOf({ options, storage, stream }: BatchJob, head: ReadSegment | undefined): Promise<Lineage> {
  const { client, streams, shard: id, abortSignal } = options;
  if (head !== undefined) {
    const { table, shard } = head.header;
    return { table, shards: [{ id, parentId: shard.parent ?? undefined, closed: false }] };
  }
  const table = await findArchivedTable(client, storage, stream, abortSignal);
  const requestedAt = new Date();
  const listed = await listShards(streams, stream.arn, abortSignal).catch(async (error: unknown) => {
    throw await explainDynamoDBError(error, streams, { action: 'DescribeStream' });
  });
  const shards: Shard[] = [];
  for (let next = listed.find((each) => each.id === id); next !== undefined; ) {
    shards.unshift(next);
    const { parentId } = next;
    if (parentId === undefined) break;
    const parent = await findLastSegment(storage, { table: table.name, label: stream.label, shard: parentId });
    next = parent?.header.ended ? undefined : listed.find((each) => each.id === parentId);
  }
  if (shards.length === 0) throw new NotArchivableError(table.name, `its stream ${stream.label} has no shard ${id}`);
  await noteShards(storage, table, stream, listed, requestedAt);
  return { table, shards };
}

/** The table that a stream is of. A stream that was disabled is known only by what is archived of it. */
async function findArchivedTable(
  client: DynamoDBClient,
  storage: Storage,
  { arn, label }: SegmentHeader['stream'],
  abortSignal: AbortSignal | undefined,
): Promise<ArchivedTable> {
  const name = tableOfArn(arn);
  const described = await findTable(client, name, abortSignal);
  if (described?.streamArn === arn) {
    archivableStream(described);
    return { name, arn: described.arn, id: described.id };
  }
  const names = (await storage.list(`${name}.`)) ?? [];
  const archived = (await readStreams(storage, name, names, abortSignal)).find(({ stream }) => stream.arn === arn);
  if (archived === undefined) throw new NotArchivableError(name, `its stream is no longer that of ${label}`);
  return archived.table;
}

/** How far the batch's shard is archived, and why no further. */
interface Reached {
  readonly position: StreamPosition;
  readonly error: Error | undefined;
}

async function archiveTo({ table, shards }: Lineage, job: BatchJob): Promise<Reached> {
  let position: StreamPosition = 'start';
  try {
    for (const shard of shards) {
      const archiver = await openShard(job, table, shard);
      const isOfBatch = shard.id === job.options.shard;
      try {
        const isGone = await readOn(job, archiver, shard);
        if (isOfBatch && isGone) return { position: 'end', error: undefined };
      } finally {
        await archiver.flush();
        if (isOfBatch) position = archiver.archivedTo;
      }
    }
    return { position, error: undefined };
  } catch (thrown) {
    const error = await explainDynamoDBError(thrown, job.options.streams, { action: 'GetRecords' });
    return { position, error: error as Error };
  }
}

async function openShard({ options, storage, tally, stream }: BatchJob, table: ArchivedTable, shard: Shard) {
  const { id, parentId } = shard;
  const beginning = await beginningOf(storage, { table: table.name, label: stream.label }, parentId);
  return ShardArchiver.open(storage, { table, stream, id, parent: parentId ?? null }, beginning, settingsOf(options), {
    onSegment: (segment) => tally.take({ kind: 'segment', table: table.name, ...segment }),
    onGap: (gap) => tally.take({ kind: 'gap', table: table.name, shard: id, gap }),
    onWritten: () => undefined,
  });
}

/**
 * Archives a shard on to the end of the batch, or to its own end if it is an ancestor.
 * @returns whether DynamoDB has removed the rest of the batch, which is named as a gap
 */
async function readOn({ options, stream }: BatchJob, archiver: ShardArchiver, shard: Shard): Promise<boolean> {
  const { streams, sequenceNumbers, pollInterval = DEFAULT_POLL_INTERVAL, abortSignal } = options;
  let isMissing = false;
  const records = readShard({
    ...{ streams, streamArn: stream.arn, shard, position: archiver.position, pollInterval, raw: true, abortSignal },
    onTrimmed: async () => {
      isMissing = await archiver.takeTrimmed();
    },
  });
  for await (const batch of records) {
    await archiver.take(batch);
    if (shard.id !== options.shard) continue;
    if (archiver.isCaughtUp || !sequenceNumbers.some((each) => isAfter(each, batch.position))) break;
  }
  return isMissing && archiver.isCaughtUp;
}

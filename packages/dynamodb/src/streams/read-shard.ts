import {
  type _Record,
  type DynamoDBStreamsClient,
  ExpiredIteratorException,
  GetRecordsCommand,
  type GetRecordsOutput,
  GetShardIteratorCommand,
  ResourceNotFoundException,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import { pause } from '../aws/pause.ts';
import { retryThrottled } from '../aws/retry-policy.ts';
import { send } from '../aws/send.ts';
import type { SequenceNumber, StreamPosition } from './position.ts';
import { getRawRecords, type RawRecord, type RawRecords } from './raw-records.ts';
import type { Shard } from './shards.ts';

/** What one request for a shard's records gave. */
export interface ShardBatch<Record extends _Record | RawRecord = _Record> {
  readonly shard: Shard;
  /** In their order; DynamoDB may also give none though there are more. */
  readonly records: readonly Record[];
  /** Where the reader stands after these. */
  readonly position: StreamPosition;
  /**
   * When the request was sent, by the clock of this machine; not later than DynamoDB's clock, where records are raw. So a clock that is ahead
   * does not say of changes which are still to come that they were read.
   */
  readonly requestedAt: Date;
}

export interface ReadShardOptions<Raw extends boolean = false> {
  readonly streams: DynamoDBStreamsClient;
  readonly streamArn: string;
  readonly shard: Shard;
  readonly position: StreamPosition;
  /** The time between two looks for new records where there were none, in milliseconds. */
  readonly pollInterval: number;
  /**
   * Called once if records behind the position are gone, because they are older than 24 hours; the rest is read.
   */
  readonly onTrimmed: (shard: Shard) => Promise<void>;
  /** Whether records are to be as DynamoDB wrote them; otherwise as the SDK reads them. */
  readonly raw?: Raw | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * Reads a shard's records on from a position, waiting for new ones, up to the shard's end. While the caller takes some, the next ones are
 * requested.
 */
export async function* readShard<Raw extends boolean = false>(
  options: ReadShardOptions<Raw>,
): AsyncGenerator<ShardBatch<RecordOf<Raw>>> {
  const { shard, pollInterval, onTrimmed, abortSignal } = options;
  let { position } = options;
  let iterator: string | undefined;
  let ahead: Request<RecordOf<Raw>> | undefined;
  while (position !== 'end') {
    let output: Answer<RecordOf<Raw>>;
    let requestedAt = new Date();
    try {
      iterator ??= await iteratorAt(options, position);
      const request = ahead ?? requestRecords(options, iterator);
      ahead = undefined;
      requestedAt = request.sentAt;
      output = await request.answer;
    } catch (error) {
      // An iterator lives for 15 minutes.
      if (error instanceof ExpiredIteratorException) {
        iterator = undefined;
        continue;
      }
      const isGone = error instanceof ResourceNotFoundException;
      if (!isGone && !(error instanceof TrimmedDataAccessException)) throw error;
      await onTrimmed(shard);
      position = isGone ? 'end' : 'start';
      iterator = undefined;
      if (isGone) yield { shard, records: [], position, requestedAt };
      continue;
    }
    const { records, answeredBy = Number.POSITIVE_INFINITY } = output;
    requestedAt = new Date(Math.min(requestedAt.getTime(), answeredBy));
    iterator = output.next;
    const last = records.at(-1)?.dynamodb?.SequenceNumber as SequenceNumber | undefined;
    position = iterator === undefined ? 'end' : (last ?? position);
    if (records.length > 0 && iterator !== undefined) ahead = requestRecords(options, iterator);
    yield { shard, records, position, requestedAt };
    if (records.length === 0 && position !== 'end') {
      await pause(pollInterval, abortSignal);
    }
  }
}

/** A record as it is read. */
export type RecordOf<Raw extends boolean> = Raw extends true ? RawRecord : _Record;

interface Answer<Record> {
  readonly records: readonly Record[];
  /** The iterator of what follows; undefined at the shard's end. */
  readonly next: string | undefined;
  /** When DynamoDB answered at the latest, by its own clock; undefined where that is not known. */
  readonly answeredBy: number | undefined;
}

interface Request<Record> {
  readonly sentAt: Date;
  readonly answer: Promise<Answer<Record>>;
}

function requestRecords<Raw extends boolean>(
  options: ReadShardOptions<Raw>,
  iterator: string | undefined,
): Request<RecordOf<Raw>> {
  const sentAt = new Date();
  const answer = getRecords(options, iterator);
  // It is awaited later, or never, where the caller stops. Without a handler, a failure before that would end the process.
  answer.catch(() => undefined);
  return { sentAt, answer };
}

async function iteratorAt(
  { streams, streamArn, shard, abortSignal }: ReadShardOptions<boolean>,
  position: StreamPosition,
): Promise<string | undefined> {
  const command = new GetShardIteratorCommand({
    StreamArn: streamArn,
    ShardId: shard.id,
    ShardIteratorType: position === 'start' ? 'TRIM_HORIZON' : 'AFTER_SEQUENCE_NUMBER',
    SequenceNumber: position === 'start' ? undefined : position,
  });
  const { ShardIterator } = await retryThrottled(() => send(streams, command, abortSignal), abortSignal);
  return ShardIterator;
}

async function getRecords<Raw extends boolean>(
  { streams, raw, abortSignal }: ReadShardOptions<Raw>,
  iterator: string | undefined,
): Promise<Answer<RecordOf<Raw>>> {
  const ask = async (): Promise<GetRecordsOutput | RawRecords> => {
    const command = new GetRecordsCommand({ ShardIterator: iterator });
    return raw ? getRawRecords(streams, command, abortSignal) : send(streams, command, abortSignal);
  };
  const answer = await retryThrottled(ask, abortSignal);
  const { Records: records = [], NextShardIterator: next } = answer;
  const answeredBy = 'answeredBy' in answer ? answer.answeredBy : undefined;
  return { records: records as readonly RecordOf<boolean>[] as readonly RecordOf<Raw>[], next, answeredBy };
}

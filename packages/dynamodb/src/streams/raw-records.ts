import type { Readable } from 'node:stream';
import type { DynamoDBStreamsClient, GetRecordsCommand } from '@aws-sdk/client-dynamodb-streams';
import { answeredBy } from '../aws/clock.ts';
import { DamagedResponseError } from '../aws/damaged-response.ts';
import { isObject } from '../aws/is-object.ts';
import { claimsSuccess, proveBody, type RawResponse } from '../aws/raw-response.ts';
import { readBody } from '../aws/read-body.ts';
import { send } from '../aws/send.ts';
import { type RawItem, withEmptyMaps } from './raw-item.ts';

/** A change in a stream, as DynamoDB wrote it: numbers have all digits, binary is base64, and no attribute is lost. */
export interface RawRecord {
  readonly eventName: string;
  /** Who made the change, if that was DynamoDB itself: it deletes items by their time to live. */
  readonly userIdentity?: { readonly type?: string; readonly principalId?: string } | undefined;
  readonly dynamodb: {
    /** Seconds since 1970. */
    readonly ApproximateCreationDateTime: number;
    readonly Keys: RawItem;
    readonly NewImage?: RawItem | undefined;
    readonly OldImage?: RawItem | undefined;
    readonly SequenceNumber: string;
  };
}

/** What a request for records gave. */
export interface RawRecords {
  readonly Records: readonly RawRecord[];
  readonly NextShardIterator: string | undefined;
  /** When DynamoDB answered at the latest, by its own clock: in milliseconds since 1970. Undefined where it does not say. */
  readonly answeredBy: number | undefined;
}

/** Sends a request for records, and returns them as they were sent. The SDK sees an answer without records. */
export async function getRawRecords(
  streams: DynamoDBStreamsClient,
  command: GetRecordsCommand,
  abortSignal?: AbortSignal,
): Promise<RawRecords> {
  let records: readonly RawRecord[] = [];
  let time: number | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as RawResponse;
      if (claimsSuccess(response)) {
        const { text, body } = await bodyOf(response);
        const { Records, ...rest } = body;
        const read = recordsOf(Records);
        records = text.includes('{}') ? read.map(recordWithEmptyMaps) : read;
        time = answeredBy(response);
        response.body = Buffer.from(JSON.stringify({ ...rest, Records: [] }));
      }
      return result;
    },
    // Inside the retries and before the SDK's own deserializer.
    { name: 'takeRawRecords', step: 'deserialize', priority: 'low' },
  );
  const { NextShardIterator } = await send(streams, command, abortSignal);
  return { Records: records, NextShardIterator, answeredBy: time };
}

interface ReadBody {
  readonly text: string;
  readonly body: { readonly [field: string]: unknown };
}

async function bodyOf(response: RawResponse): Promise<ReadBody> {
  try {
    const bytes = await readBody(response.body as Readable);
    proveBody(response, bytes);
    const text = bytes.toString('utf8');
    const body: unknown = JSON.parse(text);
    if (!isObject(body)) throw new Error('it has no fields');
    return { text, body };
  } catch (error) {
    throw damaged((error as Error).message, error);
  }
}

function recordsOf(value: unknown): readonly RawRecord[] {
  if (!Array.isArray(value)) throw damaged('it lacks Records');
  for (const record of value) if (!isRecord(record)) throw damaged('a record lacks its key, number or time');
  return value as readonly RawRecord[];
}

function recordWithEmptyMaps(record: RawRecord): RawRecord {
  const { NewImage, OldImage, ...others } = record.dynamodb;
  return {
    ...record,
    dynamodb: {
      ...others,
      ...(NewImage === undefined ? {} : { NewImage: withEmptyMaps(NewImage) }),
      ...(OldImage === undefined ? {} : { OldImage: withEmptyMaps(OldImage) }),
    },
  };
}

function isRecord(record: unknown): record is RawRecord {
  if (!isObject(record) || typeof record['eventName'] !== 'string' || !isObject(record['dynamodb'])) return false;
  const { ApproximateCreationDateTime: time, Keys: keys, SequenceNumber: number, NewImage: image } = record['dynamodb'];
  const isWhole = typeof time === 'number' && isObject(keys) && typeof number === 'string' && /^\d+$/.test(number);
  return isWhole && (record['eventName'] === 'REMOVE' || isObject(image));
}

function damaged(problem: string, cause?: unknown): DamagedResponseError {
  return new DamagedResponseError('The answer to GetRecords', problem, cause);
}

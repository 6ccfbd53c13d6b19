import type { Readable } from 'node:stream';
import { type DynamoDBClient, ScanCommand, type ScanCommandInput } from '@aws-sdk/client-dynamodb';
import { DamagedResponseError } from '../../aws/damaged-response.ts';
import { isObject } from '../../aws/is-object.ts';
import { parseAnswer, type RawAnswer } from '../../aws/raw-answer.ts';
import { announcedLength, proveBody, type RawResponse } from '../../aws/raw-response.ts';
import { sendReady } from '../../aws/ready-request.ts';
import { looksTyped, type TypedItem, toSdkKey } from '../typed-item.ts';
import { type CutBody, cutItems } from './cut-items.ts';
import type { PageBuffer } from './page-buffer.ts';

/** The input of a scan that returns items (`Select: 'COUNT'` does not), the key in typed JSON. */
export interface ScanPageInput extends Omit<ScanCommandInput, 'ExclusiveStartKey'> {
  readonly ExclusiveStartKey?: TypedItem | undefined;
}

/** A page of a scan, its items still as DynamoDB wrote them. */
export interface ScannedPage {
  /**
   * The items as lines of typed DynamoDB JSON, each ended by \n: a view into the `PageBuffer`, valid until its next
   * page.
   */
  readonly lines: Uint8Array;
  /** How many lines; the response's own count is the same. */
  readonly count: number;
  /** Where the next page starts; undefined after the last one. */
  readonly lastEvaluatedKey: TypedItem | undefined;
  /** Read units that the page took, if the request had `ReturnConsumedCapacity`. */
  readonly consumedCapacityUnits: number | undefined;
}

/** The answer to a scan, as far as it matters here, without its items. */
interface ScanAnswer extends RawAnswer {
  readonly LastEvaluatedKey?: TypedItem;
  readonly ConsumedCapacity?: { readonly CapacityUnits?: number };
}

/**
 * Reads one page of a table without parsing its items: they go from the body of the response to lines of a backup file
 * as they are. Errors and retries remain the SDK's.
 *
 * @param buffer holds the page; one buffer takes one page at a time
 * @param problemOf why a page cannot be the one that was asked for, in words; it is asked for again then
 * @throws DamagedResponseError if no attempt got a whole and unaltered page
 * @throws whatever the SDK throws for a refused or failed request, or an abort
 */
export async function scanPage(
  client: DynamoDBClient,
  input: ScanPageInput,
  buffer: PageBuffer,
  abortSignal?: AbortSignal,
  problemOf: (page: CutBody) => string | undefined = () => undefined,
): Promise<ScannedPage> {
  const { TableName: table, ExclusiveStartKey: start } = input;
  const command = new ScanCommand({ ...input, ExclusiveStartKey: start && toSdkKey(start) });
  let page: CutBody | undefined;
  const read = async (response: RawResponse): Promise<Buffer> => {
    page = await readItems(response, buffer, table, problemOf);
    return page.rest;
  };
  const body = Buffer.from(JSON.stringify(input));
  const answer: ScanAnswer = await sendReady(client, command, body, { read, abortSignal });
  if (page === undefined) throw damagedPage(table, 'no items came with it');
  return {
    lines: page.lines,
    count: page.count,
    lastEvaluatedKey: answer.LastEvaluatedKey,
    consumedCapacityUnits: answer.ConsumedCapacity?.CapacityUnits,
  };
}

async function readItems(
  response: RawResponse,
  buffer: PageBuffer,
  table: string | undefined,
  problemOf: (page: CutBody) => string | undefined,
): Promise<CutBody> {
  try {
    const bytes = await readInto(buffer, response);
    const page = cutItems(bytes, proveBody(response, bytes));
    const problem = problemOf(page) ?? problemOfKey(page.rest);
    if (problem !== undefined) throw new Error(problem);
    return page;
  } catch (error) {
    throw damagedPage(table, (error as Error).message, error);
  }
}

/** Why the key of the next page is none, in words. */
function problemOfKey(rest: Buffer): string | undefined {
  const { LastEvaluatedKey: key } = parseAnswer(rest);
  if (key === undefined || (isObject(key) && Object.values(key).every(looksTyped))) return undefined;
  return 'its LastEvaluatedKey is no key';
}

function damagedPage(table: string | undefined, problem: string, cause?: unknown): DamagedResponseError {
  return new DamagedResponseError(`A page of table ${table}`, problem, cause);
}

/** Reads a body to its end; after a failure nothing is left that would still write into the buffer. */
function readInto(buffer: PageBuffer, response: RawResponse): Promise<Buffer> {
  const body = response.body as Readable;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      body.off('data', append);
      body.destroy();
      reject(error);
    };
    const append = (piece: Buffer) => {
      try {
        buffer.append(piece);
      } catch (error) {
        fail(error);
      }
    };
    body.once('end', () => resolve(buffer.bytes));
    body.on('error', fail);
    body.once('close', () => fail(new Error('the connection closed')));
    try {
      buffer.clear(announcedLength(response));
      body.on('data', append);
    } catch (error) {
      fail(error);
    }
  });
}

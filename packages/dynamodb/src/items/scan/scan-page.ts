import type { Readable } from 'node:stream';
import { type AttributeValue, type DynamoDBClient, ScanCommand, type ScanCommandInput } from '@aws-sdk/client-dynamodb';
import { DamagedResponseError } from '../../aws/damaged-response.ts';
import { announcedLength, claimsSuccess, proveBody, type RawResponse } from '../../aws/raw-response.ts';
import { send } from '../../aws/send.ts';
import { type CutBody, cutItems } from './cut-items.ts';
import type { PageBuffer } from './page-buffer.ts';

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
  readonly lastEvaluatedKey: Record<string, AttributeValue> | undefined;
  /** Read units that the page took, if the request had `ReturnConsumedCapacity`. */
  readonly consumedCapacityUnits: number | undefined;
  /** How often the request was sent, 1 if nothing went wrong. */
  readonly attempts: number;
}

/**
 * Reads one page of a table without parsing its items: they go from the body of the response to lines of a backup file
 * as they are. Signing, errors, retries and the rest of the response remain the SDK's.
 *
 * @param input of a scan that returns items (`Select: 'COUNT'` does not)
 * @param buffer holds the page; one buffer takes one page at a time
 * @param problemOf why a page cannot be the one that was asked for, in words; it is asked for again then
 * @throws DamagedResponseError if no attempt got a whole and unaltered page
 * @throws whatever the SDK throws for a refused or failed request, or an abort
 */
export async function scanPage(
  client: DynamoDBClient,
  input: ScanCommandInput,
  buffer: PageBuffer,
  abortSignal?: AbortSignal,
  problemOf: (page: CutBody) => string | undefined = () => undefined,
): Promise<ScannedPage> {
  const command = new ScanCommand(input);
  let page: CutBody | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as RawResponse;
      if (claimsSuccess(response)) {
        page = await readItems(response, buffer, input.TableName, problemOf);
        response.body = page.rest;
      }
      return result;
    },
    // Inside the retries and before the SDK's own deserializer, which then sees a page without items.
    { name: 'cutItems', step: 'deserialize', priority: 'low' },
  );
  const output = await send(client, command, abortSignal);
  if (page === undefined) throw damagedPage(input.TableName, 'no items came with it');
  return {
    lines: page.lines,
    count: page.count,
    lastEvaluatedKey: output.LastEvaluatedKey,
    consumedCapacityUnits: output.ConsumedCapacity?.CapacityUnits,
    attempts: output.$metadata.attempts ?? 1,
  };
}

async function readItems(
  response: RawResponse,
  buffer: PageBuffer,
  table: string | undefined,
  problemOf: (page: CutBody) => string | undefined,
): Promise<CutBody> {
  try {
    const bytes = await readBody(response.body as Readable, buffer, announcedLength(response) ?? 0);
    const page = cutItems(bytes, proveBody(response, bytes));
    const problem = problemOf(page);
    if (problem !== undefined) throw new Error(problem);
    return page;
  } catch (error) {
    throw damagedPage(table, (error as Error).message, error);
  }
}

function damagedPage(table: string | undefined, problem: string, cause?: unknown): DamagedResponseError {
  return new DamagedResponseError(`A page of table ${table}`, problem, cause);
}

/** Reads a body to its end; after a failure nothing is left that would still write into the buffer. */
function readBody(body: Readable, buffer: PageBuffer, expectedSize: number): Promise<Buffer> {
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
      buffer.clear(expectedSize);
      body.on('data', append);
    } catch (error) {
      fail(error);
    }
  });
}

import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type AttributeValue, type DynamoDBClient, ScanCommand, type ScanCommandInput } from '@aws-sdk/client-dynamodb';
import { MetadataError } from '../errors.ts';
import { type CutBody, cutItems } from './cut-items.ts';
import type { PageBuffer } from './page-buffer.ts';

export { PageBuffer } from './page-buffer.ts';

/** A page of a scan, its items still as DynamoDB wrote them. */
export interface ScannedPage {
  /**
   * The items as lines of typed DynamoDB JSON, each ended by \n: a view into the {@link PageBuffer}, valid until its next
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
 * A response that did not arrive as DynamoDB sent it: cut off, altered, or not a page of items at all. The SDK counts it
 * among the passing disturbances and asks again, so that callers see it only if that did not help either.
 */
export class DamagedResponseError extends MetadataError {
  /** How the SDK's retry strategy knows that asking again makes sense. */
  readonly $retryable = { throttling: false };

  constructor(table: string | undefined, problem: string, cause?: unknown) {
    super(
      `A page of table ${table} arrived damaged: ${problem}.`,
      ['Nothing of that page was used.', 'Check the network and any proxy between here and DynamoDB.'],
      cause,
    );
  }
}

/** What is needed here of the response that the SDK's HTTP handler hands on. */
interface RawResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  body: Readable | Buffer;
}

/**
 * Reads one page of a table without parsing its items: they go from the body of the response to lines of a backup file
 * as they are. Signing, errors, retries and the rest of the response remain the SDK's.
 *
 * @param input of a scan that returns items (`Select: 'COUNT'` does not)
 * @param buffer holds the page; one buffer takes one page at a time
 * @throws DamagedResponseError if no attempt got a whole and unaltered page
 * @throws whatever the SDK throws for a refused or failed request, or an abort
 */
export async function scanPage(
  client: DynamoDBClient,
  input: ScanCommandInput,
  buffer: PageBuffer,
  abortSignal?: AbortSignal,
): Promise<ScannedPage> {
  const command = new ScanCommand(input);
  let page: CutBody | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as RawResponse;
      if (response.statusCode === 200) {
        page = await readItems(response, buffer, input.TableName);
        response.body = page.rest;
      }
      return result;
    },
    // Inside the retries and before the SDK's own deserializer, which then sees a page without items.
    { name: 'cutItems', step: 'deserialize', priority: 'low' },
  );
  const output = await client.send(command, abortSignal === undefined ? {} : { abortSignal });
  if (page === undefined) throw new DamagedResponseError(input.TableName, 'no items came with it');
  return {
    lines: page.lines,
    count: page.count,
    lastEvaluatedKey: output.LastEvaluatedKey,
    consumedCapacityUnits: output.ConsumedCapacity?.CapacityUnits,
    attempts: output.$metadata.attempts ?? 1,
  };
}

async function readItems(response: RawResponse, buffer: PageBuffer, table: string | undefined): Promise<CutBody> {
  const { headers, body } = response;
  try {
    const announced = headers['content-length'];
    const bytes = await readBody(body as Readable, buffer, announced === undefined ? 0 : Number(announced));
    if (announced !== undefined && bytes.length !== Number(announced)) {
      throw new Error(`${bytes.length} of ${announced} bytes`);
    }
    // A checksum is of what was sent, which is not what arrives here if something in between has encoded it.
    const checksum = headers['content-encoding'] === undefined ? headers['x-amz-crc32'] : undefined;
    if (checksum !== undefined && crc32(bytes) !== Number(checksum))
      throw new Error('its checksum (CRC-32) is another');
    return cutItems(bytes, checksum !== undefined);
  } catch (error) {
    throw new DamagedResponseError(table, (error as Error).message, error);
  }
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

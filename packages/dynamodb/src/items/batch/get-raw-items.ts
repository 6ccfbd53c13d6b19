import type { Readable } from 'node:stream';
import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { UnprocessedError } from '../../aws/classify-error.ts';
import { DamagedResponseError } from '../../aws/damaged-response.ts';
import { isObject } from '../../aws/is-object.ts';
import { claimsSuccess, proveBody, type RawResponse } from '../../aws/raw-response.ts';
import { readBody } from '../../aws/read-body.ts';
import { Backoff, retryThrottled } from '../../aws/retry-policy.ts';
import { send } from '../../aws/send.ts';
import { canonicalKey } from '../item-key.ts';
import { fromSdkItem, type TypedItem, toSdkKey } from '../typed-item.ts';
import type { WriteContext } from './write-context.ts';

interface Answer {
  readonly Responses: Readonly<Record<string, readonly TypedItem[]>>;
}

/**
 * Reads the items of up to 100 different keys, with consistent reads, as typed JSON: the SDK's own objects would lose an
 * attribute called `__proto__`. Keys that DynamoDB leaves unprocessed are asked for again, with growing waits.
 * @returns the items that are there, by {@link canonicalKey}
 * @throws what the SDK throws, once its retries are used up; DamagedResponseError
 */
export async function getRawItems(
  context: Omit<WriteContext, 'resumed'>,
  keys: readonly TypedItem[],
): Promise<ReadonlyMap<string, TypedItem>> {
  const { key, abortSignal } = context;
  const found = new Map<string, TypedItem>();
  let left = keys;
  for (const backoff = new Backoff(); left.length > 0; ) {
    const { items, unprocessed } = await getBatch(context, left);
    for (const item of items) found.set(canonicalKey(item, key), item);
    if (unprocessed.length > 0) {
      if (unprocessed.length < left.length) backoff.reset();
      if (backoff.timedOut) throw new UnprocessedError(`${unprocessed.length} keys`);
      await backoff.wait(abortSignal);
    }
    left = unprocessed;
  }
  return found;
}

async function getBatch(
  { client, table, limiter, abortSignal }: Omit<WriteContext, 'resumed'>,
  keys: readonly TypedItem[],
): Promise<{ readonly items: readonly TypedItem[]; readonly unprocessed: readonly TypedItem[] }> {
  // At least one unit an item.
  await limiter?.reserve(keys.length, abortSignal);
  const command = new BatchGetItemCommand({
    RequestItems: { [table]: { Keys: keys.map(toSdkKey), ConsistentRead: true } },
    ReturnConsumedCapacity: limiter === undefined ? undefined : 'TOTAL',
  });
  let items: readonly TypedItem[] = [];
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as RawResponse;
      if (claimsSuccess(response)) {
        const { Responses, ...rest } = await readAnswer(response, table);
        items = Responses[table] ?? [];
        response.body = Buffer.from(JSON.stringify({ ...rest, Responses: {} }));
      }
      return result;
    },
    // Inside the retries and before the SDK's own deserializer.
    { name: 'takeItems', step: 'deserialize', priority: 'low' },
  );
  const output = await retryThrottled(() => send(client, command, abortSignal), abortSignal);
  limiter?.settle(keys.length, output.ConsumedCapacity?.[0]?.CapacityUnits ?? keys.length);
  return { items, unprocessed: (output.UnprocessedKeys?.[table]?.Keys ?? []).map(fromSdkItem) };
}

async function readAnswer(response: RawResponse, table: string): Promise<Answer> {
  try {
    const bytes = await readBody(response.body as Readable);
    proveBody(response, bytes);
    const answer: unknown = JSON.parse(bytes.toString('utf8'));
    if (!isObject(answer) || !isObject(answer['Responses'])) throw new Error('it lacks Responses');
    return answer as unknown as Answer;
  } catch (error) {
    throw new DamagedResponseError(`The answer to BatchGetItem on table ${table}`, (error as Error).message, error);
  }
}

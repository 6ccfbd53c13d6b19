import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { UnprocessedError } from '../../aws/classify-error.ts';
import { type RawAnswer, readProved } from '../../aws/raw-answer.ts';
import type { RawResponse } from '../../aws/raw-response.ts';
import { sendReady } from '../../aws/ready-request.ts';
import { Backoff, retryThrottled } from '../../aws/retry-policy.ts';
import type { ItemView } from '../text/item-view.ts';
import type { TypedItem } from '../typed-item.ts';
import type { Capacity } from './capacity.ts';
import { cutResponses } from './cut-responses.ts';
import type { WriteContext } from './write-context.ts';

type ReadContext = Omit<WriteContext, 'resumed' | 'key'>;

/** The answer to a batch, as far as it matters here, without its items. */
interface BatchAnswer extends RawAnswer {
  readonly UnprocessedKeys: Readonly<Record<string, { readonly Keys: readonly TypedItem[] }>>;
  readonly ConsumedCapacity?: readonly Capacity[];
}

/**
 * Reads the items of up to 100 different keys, with consistent reads, without building their values. Keys that DynamoDB
 * leaves unprocessed are asked for again, with growing waits.
 * @param keys as texts of typed JSON
 * @param view shows each item when it is taken
 * @param take what is to be known of an item, whose text stays as it is
 * @returns that of the items that are there, by their `canonicalKey`
 * @throws what the SDK throws, once its retries are used up; DamagedResponseError
 */
export async function getRawItems<Taken>(
  context: ReadContext,
  keys: readonly string[],
  view: ItemView,
  take: (text: Buffer) => Taken,
): Promise<ReadonlyMap<string, Taken>> {
  const found = new Map<string, Taken>();
  let left = keys;
  for (const backoff = new Backoff(); left.length > 0; ) {
    const { taken, unprocessed } = await getBatch(context, left, view, take);
    for (const [key, of] of taken) found.set(key, of);
    if (unprocessed.length > 0) {
      if (unprocessed.length < left.length) backoff.reset();
      if (backoff.timedOut) throw new UnprocessedError(`${unprocessed.length} keys`);
      await backoff.wait(context.abortSignal);
    }
    left = unprocessed;
  }
  return found;
}

async function getBatch<Taken>(
  { client, table, limiter, abortSignal }: ReadContext,
  keys: readonly string[],
  view: ItemView,
  take: (text: Buffer) => Taken,
): Promise<{ readonly taken: readonly (readonly [key: string, Taken])[]; readonly unprocessed: readonly string[] }> {
  // At least one unit an item.
  await limiter?.reserve(keys.length, abortSignal);
  const command = new BatchGetItemCommand({ RequestItems: { [table]: { Keys: [] } } });
  const body = Buffer.from(
    `{"RequestItems":{${JSON.stringify(table)}:{"Keys":[${keys.join(',')}],"ConsistentRead":true}},` +
      `"ReturnConsumedCapacity":"${limiter === undefined ? 'NONE' : 'TOTAL'}"}`,
  );
  let taken: readonly (readonly [key: string, Taken])[] = [];
  const read = async (response: RawResponse): Promise<Buffer> => {
    const { items, rest } = cutResponses(await readProved(response), table);
    taken = items.map((text) => [view.readOrParse(text).canonicalKey, take(text)]);
    return rest;
  };
  const answer = (await retryThrottled(
    () => sendReady(client, command, body, { read, abortSignal }),
    abortSignal,
  )) as BatchAnswer;
  limiter?.settle(keys.length, answer.ConsumedCapacity?.[0]?.CapacityUnits ?? keys.length);
  return { taken, unprocessed: (answer.UnprocessedKeys[table]?.Keys ?? []).map((key) => JSON.stringify(key)) };
}

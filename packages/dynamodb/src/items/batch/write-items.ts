import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { isRefusalOfItem, UnprocessedError } from '../../aws/classify-error.ts';
import { DamagedResponseError } from '../../aws/damaged-response.ts';
import { isObject } from '../../aws/is-object.ts';
import type { RawAnswer } from '../../aws/raw-answer.ts';
import { sendReady } from '../../aws/ready-request.ts';
import { Backoff, retryThrottled } from '../../aws/retry-policy.ts';
import { type KeySchema, keyAttributes } from '../../tables/schema.ts';
import { canonicalKey } from '../item-key.ts';
import type { TypedItem } from '../typed-item.ts';
import { type Capacity, estimatedUnits } from './capacity.ts';
import type { WriteContext } from './write-context.ts';

/** DynamoDB's limit on the items of one BatchWriteItem request. */
export const MAX_BATCH_ITEMS = 25;

/** The text before that of an item, or of a key, in a batch: of the first, and of each other. */
const PUT = { first: Buffer.from('{"PutRequest":{"Item":'), next: Buffer.from('}},{"PutRequest":{"Item":') };
const DELETE = { first: Buffer.from('{"DeleteRequest":{"Key":'), next: Buffer.from('}},{"DeleteRequest":{"Key":') };

/**
 * Puts up to 25 items, no two of the same key, given as texts of typed JSON, and returns when DynamoDB has taken all of
 * them: those that it left unprocessed are sent again, with growing waits. The texts go into the request as they are.
 * @throws what the SDK throws, once its retries are used up
 */
export async function putItems(context: WriteContext, items: readonly Buffer[]): Promise<void> {
  await sendUntilTaken(context, PUT, items);
}

/**
 * Like {@link putItems}, but for a batch that DynamoDB refuses for one of its items.
 * @returns whether DynamoDB took the batch; false if it refused an item, which {@link putItems} of one after the other finds
 */
export async function takenTogether(context: WriteContext, items: readonly Buffer[]): Promise<boolean> {
  try {
    await putItems(context, items);
    return true;
  } catch (error) {
    if (isRefusalOfItem(error)) return false;
    throw error;
  }
}

/**
 * Deletes the items of up to 25 different keys, given as texts of typed JSON, like {@link putItems}. It does not matter
 * whether they are there.
 * @throws what the SDK throws, once its retries are used up
 */
export async function deleteKeys(context: WriteContext, keys: readonly Buffer[]): Promise<void> {
  await sendUntilTaken(context, DELETE, keys);
}

async function sendUntilTaken(
  context: WriteContext,
  kind: typeof PUT | typeof DELETE,
  items: readonly Buffer[],
): Promise<void> {
  let left = items;
  const backoff = new Backoff();
  while (left.length > 0) {
    const unprocessed = await sendBatch(context, kind, left);
    if (unprocessed.length === 0) return;
    if (unprocessed.length < left.length) backoff.reset();
    if (backoff.timedOut) throw new UnprocessedError(`${unprocessed.length} items`);
    left = unprocessed;
    await backoff.wait(context.abortSignal);
  }
}

/** The answer to a batch, as far as it matters here. */
interface BatchAnswer extends RawAnswer {
  readonly UnprocessedItems: Readonly<Record<string, readonly WriteRequest[]>>;
  readonly ConsumedCapacity?: readonly Capacity[];
}

interface WriteRequest {
  readonly PutRequest?: { readonly Item: TypedItem };
  readonly DeleteRequest?: { readonly Key: TypedItem };
}

/** Sends a batch once and returns those of its items that DynamoDB left unprocessed. */
async function sendBatch(
  context: WriteContext,
  kind: typeof PUT | typeof DELETE,
  items: readonly Buffer[],
): Promise<readonly Buffer[]> {
  const { client, table, limiter, abortSignal } = context;
  const estimate = estimatedUnits(items);
  await limiter?.reserve(estimate, abortSignal);
  const command = new BatchWriteItemCommand({ RequestItems: { [table]: [] } });
  const body = Buffer.concat([
    Buffer.from(`{"RequestItems":{${JSON.stringify(table)}:[`),
    ...items.flatMap((item, index) => [index === 0 ? kind.first : kind.next, item]),
    // Without the capacity that it took, an answer that nothing is unprocessed says nothing of this batch.
    Buffer.from('}}]},"ReturnConsumedCapacity":"TOTAL"}'),
  ]);
  const answer = (await retryThrottled(
    () => sendReady(client, command, body, { abortSignal }),
    abortSignal,
  )) as BatchAnswer;
  limiter?.settle(estimate, answer.ConsumedCapacity?.[0]?.CapacityUnits ?? estimate);
  return stillToWrite(items, answer, context);
}

/**
 * The items of a batch that its answer gives back.
 * @throws DamagedResponseError if it gives back anything else: nobody knows then what was written
 */
function stillToWrite(
  items: readonly Buffer[],
  { UnprocessedItems: unprocessed }: BatchAnswer,
  { table, key }: WriteContext,
): readonly Buffer[] {
  const requests = isObject(unprocessed) ? Object.values(unprocessed).flat() : [undefined];
  if (requests.length === 0) return [];
  const keys = new Set(requests.map((request) => keyTextOf(request, key)));
  const left = items.filter((item) => keys.has(canonicalKey(JSON.parse(item.toString()) as TypedItem, key)));
  if (left.length === requests.length) return left;
  throw new DamagedResponseError(
    `The answer to BatchWriteItem on table ${table}`,
    'it gives items back as unprocessed that were not in the request',
  );
}

/** The key of the item that a request is about; undefined for what is no such request. */
function keyTextOf(request: Partial<WriteRequest> | undefined, key: KeySchema): string | undefined {
  const item = request?.PutRequest?.Item ?? request?.DeleteRequest?.Key;
  const isWhole = isObject(item) && keyAttributes(key).every(({ name }) => isObject(item[name]));
  return isWhole ? canonicalKey(item as TypedItem, key) : undefined;
}

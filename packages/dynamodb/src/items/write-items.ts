import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { MiddlewareStack, SerializeMiddleware } from '@smithy/types';
import { isRefusalOfItem } from '../aws/aws-errors.ts';
import { DamagedResponseError } from '../aws/damaged-response.ts';
import { isObject } from '../aws/is-object.ts';
import { abortable, outlastThrottling, Patience } from '../aws/patience.ts';
import { type RawAnswer, rawAnswer } from '../aws/raw-answer.ts';
import { type KeySchema, keyAttributes } from '../tables/schema.ts';
import type { CapacityLimiter } from './capacity-limiter.ts';
import { canonicalKey } from './item-key.ts';
import { canonicalItem, type TypedItem } from './typed-item.ts';

/** DynamoDB's limit on the items of one BatchWriteItem request. */
export const MAX_BATCH_ITEMS = 25;

/** What stands before the text of an item, or of a key, in a batch: of the first, and of each other. */
const PUT = { first: Buffer.from('{"PutRequest":{"Item":'), next: Buffer.from('}},{"PutRequest":{"Item":') };
const DELETE = { first: Buffer.from('{"DeleteRequest":{"Key":'), next: Buffer.from('}},{"DeleteRequest":{"Key":') };

/** Where and how to write. */
export interface WriteContext {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly key: KeySchema;
  readonly limiter?: CapacityLimiter | undefined;
  /** Whether an interrupted run is continued, so that items found may be its own. */
  readonly resumed?: boolean | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

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
  let patience = new Patience();
  while (left.length > 0) {
    const unprocessed = await sendBatch(context, kind, left);
    if (unprocessed.length === 0) return;
    if (unprocessed.length < left.length) patience = new Patience();
    if (!patience.lasts) {
      const error = new Error(`${unprocessed.length} items stayed unprocessed`);
      error.name = 'ProvisionedThroughputExceededException';
      throw error;
    }
    left = unprocessed;
    await patience.wait(context.abortSignal);
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

interface Capacity {
  readonly CapacityUnits?: number;
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
  sendBody(
    command,
    Buffer.concat([
      Buffer.from(`{"RequestItems":{${JSON.stringify(table)}:[`),
      ...items.flatMap((item, index) => [index === 0 ? kind.first : kind.next, item]),
      // Without the capacity that it took, an answer that nothing is unprocessed says nothing of this batch.
      Buffer.from('}}]},"ReturnConsumedCapacity":"TOTAL"}'),
    ]),
  );
  const answer = (await outlastThrottling(
    () => abortable(() => rawAnswer(client, command, { abortSignal }), abortSignal),
    abortSignal,
  )) as BatchAnswer;
  limiter?.settle(estimate, answer.ConsumedCapacity?.[0]?.CapacityUnits ?? estimate);
  return stillToWrite(items, answer, context);
}

/**
 * Puts one item, given as a text of typed JSON, unless the table has one of its key. It takes a request an item:
 * DynamoDB's batches know no conditions.
 * @returns whether the table now has this item by this call
 */
export async function putItemIfAbsent(context: WriteContext, item: Buffer): Promise<boolean> {
  const { client, table, key, limiter, abortSignal } = context;
  const estimate = estimatedUnits([item]);
  await limiter?.reserve(estimate, abortSignal);
  const command = new PutItemCommand({ TableName: table, Item: {} });
  sendBody(
    command,
    Buffer.concat([
      Buffer.from(`{"TableName":${JSON.stringify(table)},"Item":`),
      item,
      Buffer.from(
        `,"ConditionExpression":"attribute_not_exists(#key)",` +
          `"ExpressionAttributeNames":{"#key":${JSON.stringify(key.hash.name)}},` +
          // Without the capacity that it took, an answer that the item was put says nothing.
          '"ReturnValuesOnConditionCheckFailure":"ALL_OLD","ReturnConsumedCapacity":"TOTAL"}',
      ),
    ]),
  );
  let found: unknown;
  const takeRefusal = ({ Item, ...refusal }: RawAnswer): RawAnswer => {
    found = Item;
    return refusal;
  };
  try {
    const answer = (await outlastThrottling(
      () => abortable(() => rawAnswer(client, command, { takeRefusal, abortSignal }), abortSignal),
      abortSignal,
    )) as { readonly ConsumedCapacity?: Capacity };
    limiter?.settle(estimate, answer.ConsumedCapacity?.CapacityUnits ?? estimate);
    return true;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    // An attempt whose answer was lost, or a run that was stopped, may have put the item that is then found.
    const mayBeOwn = context.resumed === true || (error.$metadata.attempts ?? 1) > 1;
    return mayBeOwn && isObject(found) && equalItems(found as TypedItem, JSON.parse(item.toString()));
  }
}

/** One write capacity unit for each item and each KB of it; its JSON is never shorter than what DynamoDB counts. */
function estimatedUnits(items: readonly Buffer[]): number {
  return items.reduce((units, item) => units + Math.ceil(item.length / 1024), 0);
}

/**
 * Replaces the body that the SDK would make of a command's input, before it is measured and signed: typed JSON need not
 * become JavaScript objects and binary values only to be written as the same JSON again.
 */
function sendBody<Input extends object, Output extends object>(
  command: { readonly middlewareStack: MiddlewareStack<Input, Output> },
  body: Buffer,
): void {
  const replaceBody: SerializeMiddleware<Input, Output> = (next) => (args) =>
    next({ ...args, request: Object.assign(args.request as object, { body }) });
  command.middlewareStack.addRelativeTo(replaceBody, {
    name: 'sendBodyMiddleware',
    relation: 'after',
    toMiddleware: 'serializerMiddleware',
  });
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

function equalItems(a: TypedItem, b: TypedItem): boolean {
  return canonicalItem(a) === canonicalItem(b);
}

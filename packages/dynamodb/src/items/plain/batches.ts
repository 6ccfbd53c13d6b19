import type { AttributeValue, DynamoDBClient, KeysAndAttributes, WriteRequest } from '@aws-sdk/client-dynamodb';
import { UnprocessedError } from '../../aws/classify-error.ts';
import { explainDynamoDBError } from '../../aws/dynamodb-errors.ts';
import { sendForItems } from '../../aws/item-requests.ts';
import { retryThrottled } from '../../aws/retry-policy.ts';
import { backoffOf } from '../../aws/steady-retries.ts';
import { MAX_BATCH_ITEMS } from '../batch/write-items.ts';
import { fromAttributes, type PlainItem, toAttributes } from './attribute-values.ts';

/** DynamoDB's limit on the keys of one BatchGetItem request. */
export const MAX_BATCH_KEYS = 100;

/** Where a batch goes. */
export interface BatchContext {
  readonly client: DynamoDBClient;
  readonly table: string;
}

/**
 * Reads the items of any number of keys, in batches; keys that DynamoDB leaves unprocessed are asked for again.
 * @returns the items that are there, in no order
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { getItems } from '@cumulus/dynamodb/items';
 *
 * const client = createClient({ region: 'us-east-1' });
 * const granules = await getItems({ client, table: 'prod-GranulesTable', consistent: true }, [
 *   { granuleId: 'G1' },
 *   { granuleId: 'G2' },
 * ]);
 * ```
 */
export async function getItems(
  context: BatchContext & { readonly consistent?: boolean | undefined },
  keys: readonly PlainItem[],
): Promise<readonly PlainItem[]> {
  const { client, table, consistent = false } = context;
  const found: PlainItem[] = [];
  for (const batch of batchesOf(distinct(keys), MAX_BATCH_KEYS)) {
    let left: Record<string, KeysAndAttributes> | undefined = { [table]: { Keys: batch, ConsistentRead: consistent } };
    await untilProcessed(context, 'BatchGetItem', async () => {
      const { Responses, UnprocessedKeys } = await sendForItems(client, 'BatchGetItem', { RequestItems: left });
      found.push(...(Responses?.[table] ?? []).map(fromAttributes));
      left = UnprocessedKeys;
      return left?.[table]?.Keys?.length ?? 0;
    });
  }
  return found;
}

/**
 * Deletes the items of any number of keys, in batches, whether they are there or not.
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { deleteItems } from '@cumulus/dynamodb/items';
 *
 * const client = createClient({ region: 'us-east-1' });
 * await deleteItems({ client, table: 'prod-FilesTable' }, [{ bucket: 'archive', key: 'G1.hdf' }]);
 * ```
 */
export async function deleteItems(context: BatchContext, keys: readonly PlainItem[]): Promise<void> {
  const { client, table } = context;
  for (const batch of batchesOf(distinct(keys), MAX_BATCH_ITEMS)) {
    let left: Record<string, WriteRequest[]> | undefined = {
      [table]: batch.map((Key) => ({ DeleteRequest: { Key } })),
    };
    await untilProcessed(context, 'BatchWriteItem', async () => {
      const { UnprocessedItems } = await sendForItems(client, 'BatchWriteItem', { RequestItems: left });
      left = UnprocessedItems;
      return left?.[table]?.length ?? 0;
    });
  }
}

/** Sends what is left again, with growing waits, until nothing is. */
async function untilProcessed(context: BatchContext, action: string, ask: () => Promise<number>): Promise<void> {
  const { client, table } = context;
  try {
    const backoff = await backoffOf(client);
    for (; (await retryThrottled(ask, undefined, backoff)) > 0; await backoff.wait()) {
      if (backoff.timedOut) throw new UnprocessedError('A part of a batch');
    }
  } catch (error) {
    throw await explainDynamoDBError(error, client, { action, table });
  }
}

/** DynamoDB refuses a batch that names a key twice. */
function distinct(keys: readonly PlainItem[]): readonly Record<string, AttributeValue>[] {
  return [
    ...new Map(
      keys.map((key) => toAttributes(key)).map((key) => [JSON.stringify(Object.entries(key).sort()), key]),
    ).values(),
  ];
}

function* batchesOf<T>(all: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < all.length; start += size) yield all.slice(start, start + size);
}

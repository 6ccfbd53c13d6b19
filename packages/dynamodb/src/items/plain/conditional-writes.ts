import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { explainDynamoDBError } from '../../aws/dynamodb-errors.ts';
import { sendForItems } from '../../aws/item-requests.ts';
import { retryThrottled } from '../../aws/retry-policy.ts';
import { backoffOf } from '../../aws/steady-retries.ts';
import { canonicalItem, fromSdkItem } from '../typed-item.ts';
import { fromAttributes, type PlainItem, toAttributes } from './attribute-values.ts';
import {
  type Delete,
  keyParameters,
  type Put,
  putParameters,
  transactionItem,
  type Update,
  updateParameters,
  type Write,
} from './writes.ts';

/** DynamoDB's limit on the writes of one transaction. */
export const MAX_TRANSACTION_WRITES = 100;

/** What became of a conditional write. */
export type Outcome =
  | { readonly done: true; readonly before: PlainItem | undefined; readonly after: PlainItem | undefined }
  /** A condition was not met, and nothing was written; `present` is the item as it is, if there is one. */
  | { readonly done: false; readonly present: PlainItem | undefined };

/** How a conditional write is done. */
export interface WriteOptions {
  /**
   * False if nobody needs the item, which may be large: then `before` of an outcome, and `after` of an update's, are undefined.
   * True unless given.
   */
  readonly returnsItem?: boolean;
}

/**
 * Does one conditional write. It retries through throttling. If the answer to a put was lost, and the retry finds the
 * item of the first attempt, the put is done.
 * @throws CumulusError that says what to do, for all but a condition that is not met
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { conditions, writeIf } from '@cumulus/dynamodb/items';
 *
 * const client = createClient({ region: 'us-east-1' });
 * const outcome = await writeIf(client, {
 *   kind: 'put',
 *   table: 'prod-ProvidersTable',
 *   item: { id: 'LPDAAC', host: 'example.org' },
 *   conditions: [conditions.absent('id')],
 * });
 * if (!outcome.done) console.log('The provider exists already.', outcome.present);
 * ```
 */
export async function writeIf(
  client: DynamoDBClient,
  write: Put | Update | Delete,
  options: WriteOptions = {},
): Promise<Outcome> {
  try {
    return await retryThrottled(() => sendWrite(client, write, options), undefined, await backoffOf(client));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) {
      throw await explainDynamoDBError(error, client, { action: ACTIONS[write.kind], table: write.table });
    }
    const present = error.Item;
    if (write.kind === 'put' && present !== undefined && (error.$metadata.attempts ?? 1) > 1) {
      const isOwn = canonicalItem(fromSdkItem(present)) === canonicalItem(fromSdkItem(toAttributes(write.item)));
      if (isOwn) return { done: true, before: undefined, after: write.item };
    }
    return { done: false, present: present === undefined ? undefined : fromAttributes(present) };
  }
}

const ACTIONS = { put: 'PutItem', update: 'UpdateItem', delete: 'DeleteItem' } as const;

async function sendWrite(
  client: DynamoDBClient,
  write: Put | Update | Delete,
  { returnsItem = true }: WriteOptions,
): Promise<Outcome> {
  const onFailure = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
  const before = { ...onFailure, ReturnValues: returnsItem ? 'ALL_OLD' : 'NONE' } as const;
  switch (write.kind) {
    case 'put': {
      const input = { ...putParameters(write), ...before };
      const { Attributes } = await sendForItems(client, 'PutItem', input);
      return { done: true, before: itemOf(Attributes), after: write.item };
    }
    case 'update': {
      const after = { ...onFailure, ReturnValues: returnsItem ? 'ALL_NEW' : 'NONE' } as const;
      const input = { ...updateParameters(write), ...after };
      const { Attributes } = await sendForItems(client, 'UpdateItem', input);
      return { done: true, before: undefined, after: itemOf(Attributes) };
    }
    case 'delete': {
      const input = { ...keyParameters(write), ...before };
      const { Attributes } = await sendForItems(client, 'DeleteItem', input);
      return { done: true, before: itemOf(Attributes), after: undefined };
    }
  }
}

function itemOf(attributes: Record<string, AttributeValue> | undefined): PlainItem | undefined {
  return attributes === undefined ? undefined : fromAttributes(attributes);
}

/** What became of a transaction: done, or the writes whose conditions were not met, by their place in the list. */
export type TransactionOutcome =
  | { readonly done: true }
  | {
      readonly done: false;
      readonly failed: readonly { readonly index: number; readonly present?: PlainItem | undefined }[];
    };

/**
 * Does up to 100 conditional writes, all or none. Conflicts with other transactions and throttling are outlasted.
 * Each call has a token, by which DynamoDB knows a request that is sent again, for ten minutes.
 * @throws CumulusError that says what to do, for all but conditions that are not met
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { conditions, writeTogether } from '@cumulus/dynamodb/items';
 *
 * const client = createClient({ region: 'us-east-1' });
 * const outcome = await writeTogether(client, [
 *   { kind: 'check', table: 'prod-ProvidersTable', key: { id: 'LPDAAC' }, conditions: [conditions.exists('id')] },
 *   { kind: 'put', table: 'prod-RulesTable', item: { name: 'daily' }, conditions: [conditions.absent('name')] },
 * ]);
 * ```
 */
export async function writeTogether(client: DynamoDBClient, writes: readonly Write[]): Promise<TransactionOutcome> {
  for (const backoff = await backoffOf(client); ; ) {
    try {
      const input = { ClientRequestToken: randomUUID(), TransactItems: writes.map(transactionItem) };
      await retryThrottled(() => sendForItems(client, 'TransactWriteItems', input), undefined, await backoffOf(client));
      return { done: true };
    } catch (error) {
      const table = [...new Set(writes.map((write) => write.table))].join(', ');
      const explained = (): Promise<unknown> =>
        explainDynamoDBError(error, client, { action: 'TransactWriteItems', table });
      if (!(error instanceof TransactionCanceledException)) throw await explained();
      const reasons = error.CancellationReasons ?? [];
      const failed = reasons.flatMap(({ Code, Item }, index) =>
        Code === 'ConditionalCheckFailed' ? [{ index, present: Item && fromAttributes(Item) }] : [],
      );
      if (failed.length > 0) return { done: false, failed };
      const passes = reasons.every(({ Code }) => Code === undefined || PASSING.has(Code));
      if (!passes || backoff.timedOut) throw await explained();
      await backoff.wait();
    }
  }
}

/** Reasons for a cancelled transaction that pass with time. */
const PASSING = new Set(['None', 'TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

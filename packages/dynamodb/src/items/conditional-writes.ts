import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { demandEvidence } from '../aws/answer-evidence.ts';
import { explainAwsError } from '../aws/aws-errors.ts';
import { outlastThrottling, patienceOf } from '../aws/patience.ts';
import { fromAttributes, type PlainItem, toAttributes } from './attribute-values.ts';
import { canonicalItem, fromSdkItem } from './typed-item.ts';
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

/**
 * Does one conditional write. Throttling is outlasted, and a put whose own first attempt was taken, though its answer was
 * lost, is not mistaken for another's.
 * @throws CumulusError that says what to do, for all but a condition that is not met
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { conditions, writeIf } from '@cumulus/dynamodb/items';
 *
 * const outcome = await writeIf(createClient(), {
 *   kind: 'put',
 *   table: 'prod-UsersTable',
 *   item: { userName: 'alice' },
 *   conditions: [conditions.absent('userName')],
 * });
 * if (!outcome.done) console.log('There is a user of this name.', outcome.present);
 * ```
 */
export async function writeIf(client: DynamoDBClient, write: Put | Update | Delete): Promise<Outcome> {
  try {
    return await outlastThrottling(() => send(client, write), undefined, patienceOf(client));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) {
      throw await explainAwsError(error, client, { action: ACTIONS[write.kind], table: write.table });
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

async function send(client: DynamoDBClient, write: Put | Update | Delete): Promise<Outcome> {
  const told = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
  demandEvidence(client);
  switch (write.kind) {
    case 'put': {
      const command = new PutItemCommand({ ...putParameters(write), ...told, ReturnValues: 'ALL_OLD' });
      return { done: true, before: itemOf((await client.send(command)).Attributes), after: write.item };
    }
    case 'update': {
      const command = new UpdateItemCommand({ ...updateParameters(write), ...told, ReturnValues: 'ALL_NEW' });
      return { done: true, before: undefined, after: itemOf((await client.send(command)).Attributes) };
    }
    case 'delete': {
      const command = new DeleteItemCommand({ ...keyParameters(write), ...told, ReturnValues: 'ALL_OLD' });
      return { done: true, before: itemOf((await client.send(command)).Attributes), after: undefined };
    }
  }
}

function itemOf(attributes: Record<string, AttributeValue> | undefined): PlainItem | undefined {
  return attributes === undefined ? undefined : fromAttributes(attributes);
}

/** What became of a transaction: done, or the writes whose conditions were not met, by their place in the list. */
export type TransactionOutcome =
  | { readonly done: true }
  | { readonly done: false; readonly failed: readonly { readonly index: number; readonly present?: PlainItem }[] };

/**
 * Does up to 100 conditional writes, all or none. Conflicts with other transactions and throttling are outlasted.
 * The SDK gives each call a token, by which DynamoDB knows a request that is sent again, for ten minutes.
 * @throws CumulusError that says what to do, for all but conditions that are not met
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { conditions, writeTogether } from '@cumulus/dynamodb/items';
 *
 * const [table, key] = ['prod-FilesTable', { bucket: 'archive', key: 'g-1.hdf' }];
 * const outcome = await writeTogether(createClient(), [
 *   { kind: 'delete', table, key, conditions: [conditions.equals('granuleId', 'g-1')] },
 *   { kind: 'put', table: 'prod-UsersTable', item: { userName: 'alice' }, conditions: [] },
 * ]);
 * ```
 */
export async function writeTogether(client: DynamoDBClient, writes: readonly Write[]): Promise<TransactionOutcome> {
  for (const patience = patienceOf(client); ; ) {
    try {
      const command = new TransactWriteItemsCommand({ TransactItems: writes.map(transactionItem) });
      await outlastThrottling(() => demandEvidence(client).send(command), undefined, patienceOf(client));
      return { done: true };
    } catch (error) {
      const table = [...new Set(writes.map((write) => write.table))].join(', ');
      const explained = (): Promise<unknown> => explainAwsError(error, client, { action: 'TransactWriteItems', table });
      if (!(error instanceof TransactionCanceledException)) throw await explained();
      const reasons = error.CancellationReasons ?? [];
      const failed = reasons.flatMap(({ Code, Item }, index) =>
        Code === 'ConditionalCheckFailed'
          ? [{ index, ...(Item === undefined ? {} : { present: fromAttributes(Item) }) }]
          : [],
      );
      if (failed.length > 0) return { done: false, failed };
      const passes = reasons.every(({ Code }) => Code === undefined || PASSING.has(Code));
      if (!passes || !patience.lasts) throw await explained();
      await patience.wait();
    }
  }
}

/** Reasons for a cancelled transaction that pass with time. */
const PASSING = new Set(['None', 'TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

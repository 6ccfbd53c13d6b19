import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { isObject } from '../../aws/is-object.ts';
import type { RawAnswer } from '../../aws/raw-answer.ts';
import { sendReady } from '../../aws/ready-request.ts';
import { retryThrottled } from '../../aws/retry-policy.ts';
import { canonicalItem, type TypedItem } from '../typed-item.ts';
import { type Capacity, estimatedUnits } from './capacity.ts';
import type { WriteContext } from './write-context.ts';

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
  const body = Buffer.concat([
    Buffer.from(`{"TableName":${JSON.stringify(table)},"Item":`),
    item,
    Buffer.from(
      `,"ConditionExpression":"attribute_not_exists(#key)",` +
        `"ExpressionAttributeNames":{"#key":${JSON.stringify(key.hash.name)}},` +
        // Without the capacity that it took, an answer that the item was put says nothing.
        '"ReturnValuesOnConditionCheckFailure":"ALL_OLD","ReturnConsumedCapacity":"TOTAL"}',
    ),
  ]);
  let found: unknown;
  const takeRefusal = ({ Item, ...refusal }: RawAnswer): RawAnswer => {
    found = Item;
    return refusal;
  };
  try {
    const answer = (await retryThrottled(
      () => sendReady(client, command, body, { takeRefusal, abortSignal }),
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

function equalItems(a: TypedItem, b: TypedItem): boolean {
  return canonicalItem(a) === canonicalItem(b);
}

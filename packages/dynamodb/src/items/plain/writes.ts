import type { AttributeValue, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { type PlainItem, toAttributes } from './attribute-values.ts';
import type { Condition } from './conditions.ts';
import { type Changes, conditionText, ExpressionParts, updateText } from './expression.ts';

/** A conditional write of one item, that can stand alone or in a transaction. */
export type Write = Put | Update | Delete | Check;

interface Conditional {
  /** The physical name. */
  readonly table: string;
  /** All have to be true of the item as it is. */
  readonly conditions: readonly Condition[];
}

export interface Put extends Conditional {
  readonly kind: 'put';
  readonly item: PlainItem;
}

export interface Update extends Conditional {
  readonly kind: 'update';
  readonly key: PlainItem;
  readonly changes: Changes;
}

export interface Delete extends Conditional {
  readonly kind: 'delete';
  readonly key: PlainItem;
}

/** No write, but a condition on an item that a transaction depends on. */
export interface Check extends Conditional {
  readonly kind: 'check';
  readonly key: PlainItem;
}

interface Parameters {
  readonly TableName: string;
  readonly ConditionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue> | undefined;
}

export function putParameters({ table, item, conditions }: Put): Parameters & {
  Item: Record<string, AttributeValue>;
} {
  return { ...parametersOf(table, conditions, new ExpressionParts()), Item: toAttributes(item) };
}

export function updateParameters({ table, key, changes, conditions }: Update): Parameters & {
  Key: Record<string, AttributeValue>;
  UpdateExpression: string;
} {
  const parts = new ExpressionParts();
  const UpdateExpression = updateText(changes, parts);
  return { ...parametersOf(table, conditions, parts), Key: toAttributes(key), UpdateExpression };
}

export function keyParameters({ table, key, conditions }: Delete | Check): Parameters & {
  Key: Record<string, AttributeValue>;
} {
  return { ...parametersOf(table, conditions, new ExpressionParts()), Key: toAttributes(key) };
}

function parametersOf(table: string, conditions: readonly Condition[], parts: ExpressionParts): Parameters {
  const text = conditionText(conditions, parts);
  return {
    TableName: table,
    ConditionExpression: text,
    ...parts.parameters,
  };
}

/** A write as a part of a transaction, which returns the item that a condition failed on. */
export function transactionItem(write: Write): TransactWriteItem {
  const returned = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
  switch (write.kind) {
    case 'put':
      return { Put: { ...putParameters(write), ...returned } };
    case 'update':
      return { Update: { ...updateParameters(write), ...returned } };
    case 'delete':
      return { Delete: { ...keyParameters(write), ...returned } };
    case 'check': {
      const { ConditionExpression = '', ...parameters } = keyParameters(write);
      return { ConditionCheck: { ...parameters, ConditionExpression, ...returned } };
    }
  }
}

import type { Answer, Ask } from './engine.ts';
import { errorName } from './failures.ts';
import { keyFrom, keyNames } from './table-keys.ts';

/** Does a single write; where its condition is not met, the answer has the item that is there, if that was asked for. */
export async function writeAndReturnItem(
  ask: Ask,
  operation: 'PutItem' | 'UpdateItem' | 'DeleteItem',
  input: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  const answer = await ask(operation, input);
  if (errorName(answer) !== 'ConditionalCheckFailedException') return answer;
  const item = await itemInTheWay(ask, input);
  return { ...answer, body: { ...answer.body, ...item } };
}

/** `Item` of a write whose condition was not met, if that was asked for and there is one. */
export async function itemInTheWay(ask: Ask, write: Readonly<Record<string, unknown>>): Promise<{ Item?: unknown }> {
  if (write['ReturnValuesOnConditionCheckFailure'] !== 'ALL_OLD') return {};
  const TableName = write['TableName'];
  const Key = keyFrom(await keyNames(ask, TableName), write);
  const { body } = await ask('GetItem', { TableName, Key, ConsistentRead: true });
  return { Item: body['Item'] };
}

import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { SerializeMiddleware } from '@smithy/types';

/**
 * Puts an item given as JSON text, which reaches DynamoDB as it is: the SDK would change what is wrong in it.
 * @returns whether DynamoDB took it, and if not, why
 */
export async function putRaw(client: DynamoDBClient, table: string, item: string): Promise<'taken' | Error> {
  const command = new PutItemCommand({ TableName: table, Item: {} });
  const body = `{"TableName":${JSON.stringify(table)},"Item":${item},"ReturnConsumedCapacity":"TOTAL"}`;
  const replaceBody: SerializeMiddleware<object, object> = (next) => (args) =>
    next({ ...args, request: Object.assign(args.request as object, { body }) });
  command.middlewareStack.addRelativeTo(replaceBody as never, {
    name: 'rawItem',
    relation: 'after',
    toMiddleware: 'serializerMiddleware',
  });
  return client.send(command).then(
    () => 'taken' as const,
    (error: Error) => error,
  );
}

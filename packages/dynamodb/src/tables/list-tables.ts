import { type DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { pagesOf } from '../aws/pages.ts';
import { send } from '../aws/send.ts';

/**
 * The physical names of all tables of the account in the client's region, in DynamoDB's order, a hundred for each request.
 * @throws what the SDK throws
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { listTables } from '@cumulus/dynamodb/tables';
 *
 * for await (const table of listTables(createClient())) console.log(table);
 * ```
 */
export async function* listTables(client: DynamoDBClient, abortSignal?: AbortSignal): AsyncGenerator<string, void> {
  const pages = pagesOf({
    what: 'The list of tables',
    ask: (after: string | undefined) =>
      send(client, new ListTablesCommand(after === undefined ? {} : { ExclusiveStartTableName: after }), abortSignal),
    next: ({ LastEvaluatedTableName }) => LastEvaluatedTableName,
  });
  for await (const { TableNames = [] } of pages) yield* TableNames;
}

import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import {
  createTableInput,
  physicalTableName,
  schemaOf,
  TABLE_DEFINITIONS,
  type TableName,
} from '@cumulus/dynamodb/tables';

/** The tables that events are recorded in. */
export const RECORDED = ['ExecutionsTable', 'GranulesTable', 'PdrsTable', 'FilesTable'] as const;

/** The tests' DynamoDB. The kit's own client comes with jest, which the benchmarks do without. */
const testsClient = new DynamoDBClient();

/**
 * Makes the tables that events are recorded in, without streams: DynamoDB Local gets slower with all that these hold.
 * @returns the variables by which a function finds them
 */
export async function createRecordedTables(
  prefix: string,
  client: DynamoDBClient = testsClient,
): Promise<NodeJS.ProcessEnv> {
  const environment: NodeJS.ProcessEnv = {};
  for (const name of RECORDED) {
    const { stream: _, ...schema } = schemaOf(definitionOf(name));
    const table = physicalTableName(prefix, name);
    await client.send(new CreateTableCommand(createTableInput(table, schema)));
    await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName: table });
    environment[name] = table;
  }
  return environment;
}

function definitionOf(name: TableName) {
  const definition = TABLE_DEFINITIONS.find((one) => one.name === name);
  if (definition === undefined) throw new TypeError(`${name} is no table of Cumulus`);
  return definition;
}

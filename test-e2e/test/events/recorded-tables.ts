import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  createTableInput,
  physicalTableName,
  schemaOf,
  TABLE_DEFINITIONS,
  type TableName,
} from '@cumulus/dynamodb/tables';
import { createTable, client as testsClient } from '@cumulus/test-kit/tables';

/** The tables that events are recorded in. */
export const RECORDED = ['ExecutionsTable', 'GranulesTable', 'PdrsTable', 'FilesTable'] as const;

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
    await createTable(createTableInput(table, schema), [], client);
    environment[name] = table;
  }
  return environment;
}

function definitionOf(name: TableName) {
  const definition = TABLE_DEFINITIONS.find((one) => one.name === name);
  if (definition === undefined) throw new TypeError(`${name} is no table of Cumulus`);
  return definition;
}

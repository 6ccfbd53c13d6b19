import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { placeOf, TableNotFoundError } from '@cumulus/dynamodb/aws';
import { type DeploymentTables, describeTable, TablesMissingError } from '@cumulus/dynamodb/tables';
import { readTerraformTables } from './terraform-output.ts';

/**
 * The physical names of the tables in a file with the output `dynamo_tables` of the Terraform module.
 * @throws FileError if it is none; TablesMissingError if any of the tables but the users' does not exist, naming all that do not
 */
export async function tablesOfTerraform(
  client: DynamoDBClient,
  file: string,
  abortSignal: AbortSignal,
): Promise<DeploymentTables> {
  const named = await readTerraformTables(file);
  const names = [...new Set(named.values())];
  const missing = (await Promise.all(names.map((name) => isMissing(client, name, abortSignal)))).flat();
  const users = named.get('users');
  if (missing.every((name) => name === users))
    return { tables: names.filter((name) => !missing.includes(name)), missing };
  throw new TablesMissingError(missing, await placeOf(client), ['Nothing was read or changed.', `Check ${file}.`]);
}

async function isMissing(client: DynamoDBClient, name: string, abortSignal: AbortSignal): Promise<readonly string[]> {
  try {
    await describeTable(client, name, abortSignal);
    return [];
  } catch (error) {
    if (error instanceof TableNotFoundError) return [name];
    throw error;
  }
}

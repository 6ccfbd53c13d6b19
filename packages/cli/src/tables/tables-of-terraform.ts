import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { placeOf } from '@cumulus/dynamodb/aws';
import { type DeploymentTables, findTable, TablesMissingError } from '@cumulus/dynamodb/tables';
import { TableElsewhereError } from '../errors.ts';
import { type OutputTable, readTerraformTables } from './terraform-output.ts';

/** The account in the ARNs of DynamoDB on a person's machine, which may have tables of any deployment. */
const LOCAL_ACCOUNT = '000000000000';

/**
 * The physical names of the tables in a file with the output `dynamo_tables` of the Terraform module.
 * @throws FileError if it is none; TablesMissingError if any of the tables but the users' does not exist, naming all that do not;
 *   TableElsewhereError if one is of another region or account than the file says
 */
export async function tablesOfTerraform(
  client: DynamoDBClient,
  file: string,
  abortSignal: AbortSignal,
): Promise<DeploymentTables> {
  const named = await readTerraformTables(file);
  const tables = [...new Map([...named.values()].map((table) => [table.name, table])).values()];
  const found = await Promise.all(tables.map((table) => isThere(client, table, abortSignal)));
  const names = tables.map(({ name }) => name);
  const missing = names.filter((_, index) => !found[index]);
  const users = named.get('users')?.name;
  if (missing.every((name) => name === users))
    return { tables: names.filter((name) => !missing.includes(name)), missing };
  throw new TablesMissingError(missing, await placeOf(client), ['Nothing was read or changed.', `Check ${file}.`]);
}

async function isThere(client: DynamoDBClient, { name, arn }: OutputTable, abortSignal: AbortSignal): Promise<boolean> {
  const table = await findTable(client, name, abortSignal);
  if (table === undefined) return false;
  const isElsewhere = arn !== undefined && table.arn !== arn.arn && !table.arn.includes(`:${LOCAL_ACCOUNT}:`);
  if (isElsewhere) throw new TableElsewhereError(arn.arn, `The table of that name is here ${table.arn}.`);
  return true;
}

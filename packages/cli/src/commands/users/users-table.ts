import { placeOf, TableNotFoundError } from '@cumulus/dynamodb/aws';
import { FileError } from '@cumulus/dynamodb/storage';
import { describeTable, physicalTableName } from '@cumulus/dynamodb/tables';
import type { Context } from '../../command.ts';
import { readTerraformTables } from '../../tables/terraform-output.ts';
import { USERS_TABLE_VARIABLE, type UsersOptions } from './options.ts';

/**
 * The physical name of the users' table, which exists.
 * @throws FileError if the file of `--tables` does not name it; TableNotFoundError
 */
export async function usersTable(options: UsersOptions, { client, abortSignal }: Context): Promise<string> {
  const table = await nameOf(options);
  try {
    await describeTable(client, table, abortSignal);
    return table;
  } catch (error) {
    if (!(error instanceof TableNotFoundError)) throw error;
    throw new TableNotFoundError(table, await placeOf(client), [
      'Nothing was changed.',
      `Check ${sourceOf(options)}, region and endpoint.`,
    ]);
  }
}

async function nameOf({ prefix, tables: file }: UsersOptions): Promise<string> {
  if (prefix !== undefined) return physicalTableName(prefix, 'UsersTable');
  if (file === undefined) return process.env[USERS_TABLE_VARIABLE] ?? '';
  const table = (await readTerraformTables(file)).get('users')?.name;
  if (table !== undefined) return table;
  throw new FileError(`${file} does not name the table of users.`, [
    'Write it by: terraform output -json dynamo_tables',
  ]);
}

/** The options and environment variables that name the table. */
function sourceOf({ prefix, tables }: UsersOptions): string {
  if (prefix !== undefined) return '--prefix';
  return tables === undefined ? `the environment variable ${USERS_TABLE_VARIABLE}` : '--tables';
}

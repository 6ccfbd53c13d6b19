import { type DeploymentTables, physicalTableName, TABLE_NAMES, tablesOfDeployment } from '@cumulus/dynamodb/tables';
import type { Context } from '../command.ts';
import { tablesOfTerraform } from './tables-of-terraform.ts';
import { readTerraformTables } from './terraform-output.ts';

/** The options that choose tables; exactly one is given. */
export interface TableChoice {
  readonly table: readonly string[] | undefined;
  readonly prefix: string | undefined;
  readonly tables: string | undefined;
}

/**
 * The physical names of the tables that were chosen, each once, and those of the deployment that it may lack, and does.
 * @throws TablesMissingError, FileError
 */
export async function chosenTables(
  { table = [], prefix, tables }: TableChoice,
  { client, abortSignal }: Pick<Context, 'client' | 'abortSignal'>,
): Promise<DeploymentTables> {
  if (prefix !== undefined) return tablesOfDeployment(client, prefix, abortSignal);
  if (tables !== undefined) return tablesOfTerraform(client, tables, abortSignal);
  return { tables: [...new Set(table)], missing: [] };
}

/**
 * Like {@link chosenTables}, of tables that may be gone: nobody is asked whether they exist.
 * @returns undefined if none of the options is given
 * @throws FileError
 */
export async function chosenNames({ table, prefix, tables }: TableChoice): Promise<readonly string[] | undefined> {
  if (prefix !== undefined) return TABLE_NAMES.map((name) => physicalTableName(prefix, name));
  if (tables !== undefined) return [...(await readTerraformTables(tables)).values()].map(({ name }) => name);
  return table === undefined ? undefined : [...new Set(table)];
}

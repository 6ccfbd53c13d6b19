import type { TableName } from '@cumulus/dynamodb/tables';

/** How the tables of a deployment are named: by its prefix, or where they have other names by a file. */
export interface NamedTables {
  readonly prefix: string;
  /** A file with the output `dynamo_tables` of the Terraform module. */
  readonly tables: string | undefined;
}

/**
 * Gives the physical names of tables.
 * @param wanted those that have to have one
 * @throws FileError if the file does not name one of them
 *
 * @example
 * ```ts
 * import { tableNames } from '@cumulus/cli';
 *
 * const tableName = await tableNames({ prefix: 'prod', tables: undefined }, ['GranulesTable']);
 * const granules = tableName('GranulesTable'); // prod-GranulesTable
 * ```
 */
export async function tableNames(
  { prefix, tables: file }: NamedTables,
  wanted: readonly TableName[],
): Promise<(name: TableName) => string> {
  // Commands outside of this package import this one's surface before they know whether they are chosen.
  const [{ FileError }, { physicalTableName }] = await Promise.all([
    import('@cumulus/dynamodb/storage'),
    import('@cumulus/dynamodb/tables'),
  ]);
  const { readTerraformTables } = await import('./terraform-output.ts');
  const named = file === undefined ? undefined : await readTerraformTables(file);
  const nameOf = (name: TableName): string => {
    const key = outputKeyOf(name);
    const table = named === undefined ? physicalTableName(prefix, name) : named.get(key)?.name;
    if (table !== undefined) return table;
    throw new FileError(`${file} does not name the table of ${key}.`, [
      'Write it by: terraform output -json dynamo_tables',
    ]);
  };
  // A table without a name is an error before anything is done.
  for (const name of wanted) nameOf(name);
  return nameOf;
}

/** `AccessTokensTable` is `access_tokens` in the module's output. */
function outputKeyOf(name: TableName): string {
  const words = name.replace(/Table$/, '').match(/[A-Z][a-z]*/g) ?? [];
  return words.map((word) => word.toLowerCase()).join('_');
}

import {
  physicalTableName,
  TABLE_DEFINITIONS,
  TABLE_NAMES,
  type TableName,
  tableNameIn,
} from '@cumulus/dynamodb/tables';
import type { TableOptions } from '../../options/table-options.ts';
import { cumulusTables } from '../../tables/cumulus-tables.ts';
import { readTerraformTables } from '../../tables/terraform-output.ts';
import { UsageError } from '../../usage-error.ts';

/** A table, and whether it should be protected. */
export interface ExpectedTable {
  readonly table: string;
  /** Undefined for a table that is none of Cumulus. */
  readonly wanted: boolean | undefined;
}

/**
 * The tables that the options choose.
 * @throws UsageError if `--expect` names none of Cumulus's, or one that is not among the tables; FileError if `--tables` is
 *   no file of tables
 */
export async function expectedTables(
  options: TableOptions & { readonly expect?: readonly string[] | undefined },
): Promise<readonly ExpectedTable[]> {
  const { table = [], prefix, tables: file, expect } = options;
  const wanted = wantedNames(expect);
  if (prefix !== undefined) {
    return TABLE_NAMES.map((name) => ({ table: physicalTableName(prefix, name), wanted: wanted.has(name) }));
  }
  const named: readonly NamedTable[] =
    file === undefined
      ? [...new Set(table)].map((physical) => ({ table: physical, name: tableNameIn(physical) }))
      : [...(await readTerraformTables(file))].map(([key, { name }]) => ({ table: name, name: nameOfKey(key) }));
  // A check that passed over a table that it was asked about would say that all is well.
  const absent = expect === undefined ? [] : [...wanted].filter((name) => !named.some((known) => known.name === name));
  if (absent.length > 0) {
    const where = file === undefined ? '--table' : `the file ${file}`;
    throw new UsageError(`--expect names ${absent.join(', ')}, and no table of ${where} is that`);
  }
  return named.map(({ table: physical, name }) => ({
    table: physical,
    wanted: name === undefined ? undefined : wanted.has(name),
  }));
}

interface NamedTable {
  readonly table: string;
  /** Undefined for a table that is none of Cumulus. */
  readonly name: TableName | undefined;
}

function wantedNames(expect: readonly string[] | undefined): ReadonlySet<TableName> {
  if (expect !== undefined) return new Set(cumulusTables('expect', expect));
  return new Set(TABLE_DEFINITIONS.filter((table) => table.pointInTimeRecovery).map(({ name }) => name));
}

/** The Name of a table that the Terraform output calls `async_operations`. */
function nameOfKey(key: string): TableName | undefined {
  const name = `${key.replaceAll('_', '')}table`;
  return TABLE_NAMES.find((table) => table.toLowerCase() === name);
}

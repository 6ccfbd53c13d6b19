import { parseTableName, physicalTableName, TABLE_DEFINITIONS, TABLE_NAMES, type TableName } from '@cumulus/dynamodb';
import { cumulusTables } from '../../cumulus-tables.ts';
import { readTerraformTables } from '../../terraform-output.ts';
import type { PitrOptions } from './command.ts';

/** A table, and whether it should be protected. */
export interface ExpectedTable {
  readonly table: string;
  /** Undefined for a table that is none of Cumulus. */
  readonly wanted: boolean | undefined;
}

/**
 * The tables that the options choose.
 * @throws UsageError if `--expect` names none of Cumulus's; FileError if `--tables` is no file of tables
 */
export async function expectedTables(
  options: Omit<PitrOptions, 'expect'> & Partial<Pick<PitrOptions, 'expect'>>,
): Promise<readonly ExpectedTable[]> {
  const { table = [], prefix, tables: file, expect } = options;
  const wanted = wantedNames(expect);
  if (prefix !== undefined) {
    return TABLE_NAMES.map((name) => ({ table: physicalTableName(prefix, name), wanted: wanted.has(name) }));
  }
  if (file !== undefined) {
    return [...(await readTerraformTables(file))].map(([key, physical]) => ({
      table: physical,
      wanted: isWanted(nameOfKey(key), wanted),
    }));
  }
  return [...new Set(table)].map((physical) => ({
    table: physical,
    wanted: isWanted(parseTableName(physical)?.definition.name, wanted),
  }));
}

function wantedNames(expect: readonly string[] | undefined): ReadonlySet<TableName> {
  if (expect !== undefined) return new Set(cumulusTables('expect', expect));
  return new Set(TABLE_DEFINITIONS.filter((table) => table.pointInTimeRecovery).map(({ name }) => name));
}

function isWanted(name: TableName | undefined, wanted: ReadonlySet<TableName>): boolean | undefined {
  return name === undefined ? undefined : wanted.has(name);
}

/** The Name of a table that the Terraform output calls `async_operations`. */
function nameOfKey(key: string): TableName | undefined {
  const name = `${key.replaceAll('_', '')}table`;
  return TABLE_NAMES.find((table) => table.toLowerCase() === name);
}

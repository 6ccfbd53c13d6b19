import { archivedTables, findCommonSecond, TableNotArchivedError } from '@cumulus/dynamodb/archive';
import { parseTableName, physicalTableName, TABLE_NAMES } from '@cumulus/dynamodb/tables';
import type { Context } from '../../../command.ts';
import type { RestoreOptions } from './options.ts';

/** A table of the archive, and the one to write to; undefined for a file. */
interface RestoredTable {
  readonly source: string;
  readonly target: string | undefined;
}

/** What is restored, all of it at one second. */
export interface PlannedTables {
  readonly at: Date;
  readonly tables: readonly RestoredTable[];
}

/**
 * The tables to restore, and the second. Tables of a deployment that the archive does not have are a warning.
 * @throws TableNotArchivedError, TimeNotArchivedError if one of the tables lacks the second; ArchiveDamagedError
 */
export async function findTables(
  { from, table, to, prefix, 'to-prefix': toPrefix, at }: RestoreOptions,
  { s3, abortSignal, onWarning }: Context,
): Promise<PlannedTables> {
  const known = await archivedTables(from, { s3, abortSignal });
  const chosen = known.filter((name) => (table === undefined ? prefixOf(name) === prefix : name === table));
  if (chosen.length === 0) throw new TableNotArchivedError(from, { table, prefix }, known);
  const second = await findCommonSecond(from, {
    tables: (name) => chosen.includes(name),
    at: at?.time,
    s3,
    abortSignal,
  });
  if (prefix === undefined) return { at: second, tables: chosen.map((source) => ({ source, target: to })) };
  const missing = TABLE_NAMES.map((name) => physicalTableName(prefix, name)).filter((name) => !chosen.includes(name));
  if (missing.length > 0) onWarning(`The archive does not have ${missing.join(', ')}; backups may have them.`);
  return { at: second, tables: chosen.map((source) => ({ source, target: targetOf(source, toPrefix) })) };
}

function prefixOf(table: string): string | undefined {
  return parseTableName(table)?.prefix;
}

function targetOf(source: string, toPrefix: string | undefined): string | undefined {
  const definition = parseTableName(source)?.definition;
  return toPrefix === undefined || definition === undefined ? undefined : physicalTableName(toPrefix, definition.name);
}

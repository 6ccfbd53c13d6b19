import { schemaOf, type TableSchema } from '../../tables/schema.ts';
import { parseTableName } from '../../tables/table-names.ts';
import { tableOfFile } from '../format/file-names.ts';
import type { BackupSource } from './backup-source.ts';

/**
 * The schema of the table that a backup is of: from its manifest, else that of the Cumulus table which the manifest or the
 * file's name says. Undefined where neither says one.
 */
export function schemaOfBackup({ schema, tableName, name }: BackupSource): TableSchema | undefined {
  if (schema !== undefined) return schema;
  const definition = parseTableName(tableName ?? tableOfFile(name))?.definition;
  return definition === undefined ? undefined : schemaOf(definition);
}

import { CumulusError } from '@cumulus/dynamodb/aws';
import { listBackups, tableOfFile } from '@cumulus/dynamodb/backup';
import { parseTableName, physicalTableName, TABLE_NAMES } from '@cumulus/dynamodb/tables';
import type { Context } from '../command.ts';
import type { SourceOptions } from './options.ts';

/** A backup file and the table that it belongs with. */
export interface BackupOfTable<Table extends string | null = string> {
  readonly file: string;
  readonly table: Table;
}

/** The files of a directory cannot be matched with the tables of a deployment. */
class UnmatchedBackupsError extends CumulusError {
  readonly code = 'UNMATCHED_BACKUPS';
}

/**
 * The backups of a directory, each with the table of the same name under another prefix. The tables of a deployment that
 * have none are a warning: a backup of all may have stopped halfway.
 * @throws UnmatchedBackupsError where there are none, or the table of one is unknown, or two are of the same table
 */
export async function findBackups(
  directory: string,
  prefix: string,
  fromPrefix: SourceOptions['from-prefix'],
  { s3, onWarning }: Pick<Context, 's3' | 'onWarning'>,
): Promise<readonly BackupOfTable[]> {
  const files = (await listBackups(directory, s3)).map((file) => ({ file, parsed: parseTableName(tableOfFile(file)) }));
  const chosen = files.filter(({ parsed }) => fromPrefix === undefined || parsed?.prefix === fromPrefix);
  if (chosen.length === 0) {
    const ofPrefix = fromPrefix === undefined ? '' : ` of tables of the prefix ${fromPrefix}`;
    throw new UnmatchedBackupsError(`There are no backups${ofPrefix} in ${directory}.`, ['Check --directory.']);
  }
  const unknown = chosen.filter(({ parsed }) => parsed === undefined).map(({ file }) => file);
  if (unknown.length > 0) {
    throw new UnmatchedBackupsError(`Not named after a table of a Cumulus deployment: ${unknown.join(', ')}.`, [
      'Nothing was written.',
      'Choose the backups of one deployment by --from-prefix, and give these one by one, with --table.',
    ]);
  }
  const backups = chosen.flatMap(({ file, parsed }) =>
    parsed === undefined ? [] : [{ file, table: physicalTableName(prefix, parsed.definition.name) }],
  );
  for (const { file, table } of backups) {
    const twin = backups.find((other) => other.table === table && other.file !== file);
    if (twin === undefined) continue;
    throw new UnmatchedBackupsError(`Both ${file} and ${twin.file} are for table ${table}.`, [
      'Nothing was written.',
      'Choose the backups of one deployment by --from-prefix; move one of the two away if both are of it.',
    ]);
  }
  const without = TABLE_NAMES.map((name) => physicalTableName(prefix, name)).filter(
    (name) => !backups.some(({ table }) => table === name),
  );
  if (without.length > 0) onWarning(`${directory} has no backup for ${without.join(', ')}.`);
  return backups;
}

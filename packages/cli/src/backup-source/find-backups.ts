import { CumulusError } from '@cumulus/dynamodb/aws';
import { kindOf, type OtherFile, sortDirectory, tableOfFile, timeOfBackup } from '@cumulus/dynamodb/backup';
import { parseTableName, physicalTableName, RECORD_COUNTS_TABLE, TABLE_NAMES } from '@cumulus/dynamodb/tables';
import type { Context } from '../command.ts';
import { number, zonedTime } from '../output/format.ts';
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

/** Files that are named where some are passed over; all are counted. */
const MAX_NAMED = 10;

type FindContext = Pick<Context, 's3' | 'onWarning'>;

/**
 * The backups of a directory, each with the table of the same name under another prefix. Of two of the same table the newer one is
 * taken, by their manifests, which is a warning unless one of them is dated; so are files that are no backups, and the tables of a deployment that have no
 * backup: a backup of all may have stopped halfway.
 * @throws UnmatchedBackupsError where there are none; where a file is, or may be, a backup, and it is unknown of which table; where two are of
 * the same table, and no manifests say which is newer
 */
export async function findBackups(
  directory: string,
  prefix: string,
  fromPrefix: SourceOptions['from-prefix'],
  { s3, onWarning }: FindContext,
): Promise<readonly BackupOfTable[]> {
  const { backups: files, others } = await sortDirectory(directory, isOfDeployment, s3);
  const found = files.flatMap((file) => {
    const parsed = parseTableName(tableOfFile(file));
    if (parsed === undefined || (fromPrefix !== undefined && parsed.prefix !== fromPrefix)) return [];
    return [{ file, table: physicalTableName(prefix, parsed.definition.name) }];
  });
  const candidates = fromPrefix === undefined ? others : others.filter(({ name }) => name.startsWith(fromPrefix));
  refuseUnknown(candidates, found, prefix);
  if (found.length === 0) {
    const ofPrefix = fromPrefix === undefined ? '' : ` of tables of the prefix ${fromPrefix}`;
    throw new UnmatchedBackupsError(`There are no backups${ofPrefix} in ${directory}.`, ['Check --directory.']);
  }
  const backups = await newestOfEach(found, { s3, onWarning });
  if (others.length > 0) onWarning(`Passed over in ${directory}, as no backups of tables: ${namesOf(others)}.`);
  const without = TABLE_NAMES.map((name) => physicalTableName(prefix, name)).filter(
    (name) => !backups.some(({ table }) => table === name),
  );
  if (without.length > 0) onWarning(`${directory} has no backup for ${without.join(', ')}.`);
  return backups;
}

function isOfDeployment(table: string): boolean {
  return parseTableName(table) !== undefined;
}

/** Counts are made of the other tables' records, so a backup of them is not needed. */
function isOfCounts(name: string): boolean {
  return tableOfFile(name).endsWith(RECORD_COUNTS_TABLE.name);
}

/** @throws UnmatchedBackupsError if one of these is, or may be, the backup of a table */
function refuseUnknown(others: readonly OtherFile[], found: readonly BackupOfTable[], prefix: string): void {
  const unknown = others.filter(({ name, hasManifest }) => hasManifest && !isOfCounts(name));
  if (unknown.length > 0) {
    throw new UnmatchedBackupsError(`Not named after a table of a Cumulus deployment: ${namesOf(unknown)}.`, [
      'Nothing was written.',
      'Choose the backups of one deployment by --from-prefix, and give these one by one, with --table.',
    ]);
  }
  for (const { name } of others) {
    // Files of this beginning are what macOS adds to others.
    if (name.startsWith('._')) continue;
    const meant = TABLE_NAMES.find((table) => name.includes(table));
    const table = meant === undefined ? undefined : physicalTableName(prefix, meant);
    if (table === undefined || found.some((backup) => backup.table === table)) continue;
    throw new UnmatchedBackupsError(`${name} may be the backup for ${table}, which has no other here.`, [
      'Nothing was written.',
      'Name it as its table, such as prod-GranulesTable.json, or give it by itself, with --table; or move it away.',
    ]);
  }
}

/** Of two backups of one table the newer one: `backup` leaves both where it was given `--gzip` only once. */
async function newestOfEach(
  found: readonly BackupOfTable[],
  { s3, onWarning }: FindContext,
): Promise<readonly BackupOfTable[]> {
  const newest = new Map<string, BackupOfTable>();
  for (const backup of found) {
    const other = newest.get(backup.table);
    newest.set(backup.table, other === undefined ? backup : await newerOf(other, backup, { s3, onWarning }));
  }
  return [...newest.values()];
}

async function newerOf(
  one: BackupOfTable,
  other: BackupOfTable,
  { s3, onWarning }: FindContext,
): Promise<BackupOfTable> {
  const isSameSource = tableOfFile(one.file) === tableOfFile(other.file);
  const [time, otherTime] = isSameSource ? [await timeOfBackup(one.file, s3), await timeOfBackup(other.file, s3)] : [];
  if (time === undefined || otherTime === undefined || time.getTime() === otherTime.getTime()) {
    throw new UnmatchedBackupsError(`Both ${one.file} and ${other.file} are for table ${one.table}.`, [
      'Nothing was written.',
      isSameSource
        ? 'No manifests say which is newer: move one of the two away.'
        : 'Choose the backups of one deployment by --from-prefix.',
    ]);
  }
  const [newer, older] = time > otherTime ? [one, other] : [other, one];
  const [later, earlier] = time > otherTime ? [time, otherTime] : [otherTime, time];
  // Dated backups stay beside others on purpose.
  if ([newer, older].some(({ file }) => kindOf(file) === 'dated')) return newer;
  onWarning(
    `${newer.file}, of ${zonedTime(later)}, is taken for ${newer.table}; ${older.file} is older, of ${zonedTime(earlier)}.`,
  );
  return newer;
}

function namesOf(files: readonly OtherFile[]): string {
  const named = files.slice(0, MAX_NAMED).map(({ name }) => name);
  const more = files.length - named.length;
  return `${named.join(', ')}${more === 0 ? '' : ` and ${number(more)} more`}`;
}

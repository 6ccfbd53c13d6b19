import { TargetNotEmptyError, verifyBackup } from '@cumulus/dynamodb/backup';
import type { BackupOfTable } from '../../backup-source/find-backups.ts';
import type { Context, Outcome } from '../../command.ts';
import { describeComparison } from '../../output/describe-comparison.ts';

/**
 * Continues an interrupted restore of a whole directory past the tables that it had finished: a table that is refused
 * for holding items already is done if it equals its file.
 * @param identities secret keys for encrypted backups
 * @param refused why the table could not be restored; thrown again unless the table is done
 */
export async function passIfRestored(
  refused: unknown,
  { file, table }: BackupOfTable,
  identities: readonly string[] | undefined,
  { client, s3, abortSignal, onProgress }: Context,
): Promise<Outcome> {
  if (!(refused instanceof TargetNotEmptyError)) throw refused;
  const liveTable = { client, name: table };
  const { comparison, items, bytes, seconds } = await verifyBackup({
    ...{ file, s3, identities, liveTable, abortSignal, onProgress },
  });
  if (comparison?.equal !== true) throw refused;
  return {
    result: { table, file, items: 0, lines: items, bytes, seconds, restoredBefore: true, verified: comparison },
    lines: [`${table}: restored before`, `  from ${file}`, ...describeComparison(comparison, table)],
  };
}

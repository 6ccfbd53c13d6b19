import type { AwsBackups, ListAwsBackupsOptions } from '../recovery/on-demand/aws-backup.ts';
import type { OnDemandBackup } from '../recovery/on-demand/backup.ts';
import { listOnDemandBackups } from '../recovery/on-demand/list.ts';
import { askFact, whyUnknown } from './ask-fact.ts';
import type { Known, OnDemandFacts } from './report.ts';

/** The on-demand backups of several tables, as far as they are known. */
export interface OnDemandBackups {
  /** Those that are available, newest first. */
  readonly backups: readonly OnDemandBackup[];
  /** Why there may be others. */
  readonly incomplete: string | undefined;
}

/** What lists the backups that AWS Backup keeps. */
export type ListAwsBackups = (options: ListAwsBackupsOptions) => Promise<AwsBackups>;

const NOT_ASKED = 'AWS Backup was not asked';

/** Asks DynamoDB and AWS Backup once for all tables: DynamoDB takes few of these requests a second. */
export async function askOnDemand(
  asked: ListAwsBackupsOptions,
  awsBackups: ListAwsBackups | undefined,
): Promise<Known<OnDemandBackups>> {
  return askFact('dynamodb:ListBackups', async () => {
    const [own, ofAwsBackup] = await Promise.all([listOnDemandBackups(asked), awsBackups?.(asked)]);
    const byArn = new Map([...own, ...(ofAwsBackup?.backups ?? [])].map((backup) => [backup.arn, backup]));
    return {
      backups: [...byArn.values()]
        .filter(({ status }) => status === 'AVAILABLE')
        .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime()),
      incomplete: ofAwsBackup === undefined ? NOT_ASKED : whyIncomplete(ofAwsBackup.incomplete),
    };
  });
}

/** AWS Backup's list is more than is needed: whatever keeps it from being known, the rest is. */
function whyIncomplete(error: Error | undefined): string | undefined {
  if (error === undefined) return undefined;
  try {
    return whyUnknown(error, 'backup:ListRecoveryPointsByBackupVault');
  } catch {
    return `AWS Backup could not be asked: ${error.message.split('\n', 1)[0]}`;
  }
}

/** Those of one table; not those of an earlier table of the same name. */
export function onDemandOf(
  { backups }: OnDemandBackups,
  table: string,
  createdAt: Date | undefined,
): readonly OnDemandBackup[] {
  return backups.filter(
    (backup) => backup.table === table && (createdAt === undefined || backup.createdAt >= createdAt),
  );
}

/** The newest of a table. Unknown if there is none that is known, and there may be others. */
export function newestOnDemand(
  [newest]: readonly OnDemandBackup[],
  { incomplete }: OnDemandBackups,
): Known<OnDemandFacts | null> {
  if (newest === undefined) {
    return incomplete === undefined ? { known: true, value: null } : { known: false, because: incomplete };
  }
  const { arn, name, createdAt, status, type } = newest;
  return { known: true, value: { arn, name, createdAt: createdAt.toISOString(), status, type } };
}

import type { OnDemandBackup } from '../../recovery/on-demand/backup.ts';
import { listOnDemandBackups } from '../../recovery/on-demand/list.ts';
import { planBackupRestore } from '../../recovery/restore/from-backup/plan.ts';
import { startBackupRestore } from '../../recovery/restore/from-backup/start.ts';
import { provedByLiveTable, waitForRestore } from './restored-by-aws.ts';
import { type DeploymentTable, type SourceContext, type TableSource, withoutSource } from './source.ts';

/** The newest on-demand backup of each table that can be restored. */
export async function onDemandSources(
  context: SourceContext,
  tables: readonly DeploymentTable[],
  abortSignal: AbortSignal | undefined,
): Promise<readonly TableSource[]> {
  const names = tables.map(({ table }) => table);
  const backups = await listOnDemandBackups({ client: context.client, tables: names, abortSignal });
  // DynamoDB restores none of AWS Backup's.
  const available = backups.filter(({ status, type }) => status === 'AVAILABLE' && type !== 'AWS_BACKUP');
  return tables.map((each) =>
    sourceOf(
      context,
      each,
      available.find(({ table }) => table === each.table),
    ),
  );
}

function sourceOf(context: SourceContext, each: DeploymentTable, backup: OnDemandBackup | undefined): TableSource {
  const { name, table, description } = each;
  if (backup === undefined) return withoutSource(each, `There is no on-demand backup of ${table} that is available.`);
  const { arn, createdAt, bytes } = backup;
  const { client } = context;
  return {
    name,
    table,
    source: arn,
    sourceTime: createdAt.toISOString(),
    items: description?.estimatedItems ?? null,
    bytes: bytes ?? description?.estimatedBytes ?? null,
    writeUnits: null,
    problem: null,
    restore: async (scratchTable, abortSignal) => {
      const planned = await planBackupRestore({ client, backupArn: arn, target: scratchTable, abortSignal });
      await startBackupRestore(client, planned, abortSignal);
      await waitForRestore(context, scratchTable, abortSignal);
      return provedByLiveTable(context, { table, restored: scratchTable, at: createdAt });
    },
  };
}

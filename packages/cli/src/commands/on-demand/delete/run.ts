import {
  checkDeletable,
  deleteOnDemandBackup,
  findOnDemandBackup,
  type OnDemandBackup,
  tableOfBackup,
} from '@cumulus/dynamodb/recovery';
import type { Context, Outcome, Task } from '../../../command.ts';
import { count, zonedTime } from '../../../output/format.ts';
import { backupFields, backupLines } from '../describe-backup.ts';
import type { DeleteOptions } from './options.ts';

export async function runDelete(options: DeleteOptions, context: Context): Promise<readonly Task[]> {
  const { client, abortSignal } = context;
  const found: (readonly [string, OnDemandBackup | undefined])[] = [];
  // One after the other: DynamoDB takes ten such requests a second.
  for (const arn of new Set(options.backup)) found.push([arn, await findOnDemandBackup(client, arn, abortSignal)]);
  const present = found.flatMap(([, backup]) => (backup === undefined ? [] : [backup]));
  for (const backup of present) checkDeletable(backup);
  const dryRun = options['dry-run'] === true;
  const names = present.map(({ name, table, createdAt }) => `${name} (${table}, ${zonedTime(createdAt)})`);
  const question = `Delete ${count(present.length, 'backup')} for good: ${names.join(', ')}?`;
  await context.confirm(() => (present.length === 0 ? undefined : question), 'Nothing was deleted.');
  return found.map(([arn, backup]) => ({
    table: tableOfBackup(arn),
    run: async () => [backup === undefined ? describeGone(arn, dryRun) : await deleteBackup(backup, dryRun, context)],
  }));
}

async function deleteBackup(backup: OnDemandBackup, dryRun: boolean, context: Context): Promise<Outcome> {
  if (dryRun) {
    return {
      result: { ...backupFields(backup), dryRun, state: 'planned' },
      lines: [`${backup.table}: ${backup.name} would be deleted`, ...backupLines(backup)],
    };
  }
  const wasThere = await deleteOnDemandBackup(context.client, backup.arn, context.abortSignal);
  if (!wasThere) return describeGone(backup.arn, dryRun);
  const { status, ...fields } = backupFields(backup);
  return {
    result: { ...fields, dryRun, state: 'deleted' },
    lines: [`${backup.table}: ${backup.name} deleted`],
  };
}

function describeGone(backupArn: string, dryRun: boolean): Outcome {
  const table = tableOfBackup(backupArn);
  return {
    result: { table, backupArn, dryRun, state: 'gone already' },
    lines: [`${table}: backup ${backupArn} is gone already`],
    warning: `There is no backup ${backupArn}: it was deleted before, or the ARN is mistyped.`,
  };
}

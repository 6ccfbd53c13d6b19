import { InterruptedError } from '@cumulus/dynamodb/aws';
import {
  finishRestore,
  type PlannedBackupRestore,
  planBackupRestore,
  startBackupRestore,
} from '@cumulus/dynamodb/recovery';
import type { Context, Outcome, Task } from '../../../command.ts';
import { arnLines, NOT_CARRIED_OVER, settingsLines } from '../../../output/describe-recovered-table.ts';
import { zonedTime } from '../../../output/format.ts';
import type { RestoreOptions } from './options.ts';

export async function runRestore(options: RestoreOptions, context: Context): Promise<readonly Task[]> {
  const { client, abortSignal } = context;
  const planned = await planBackupRestore({ client, backupArn: options.backup, target: options.to, abortSignal });
  return [{ table: options.to, run: async () => [await restore(planned, options, context)] }];
}

async function restore(planned: PlannedBackupRestore, options: RestoreOptions, context: Context): Promise<Outcome> {
  const { backup, source, target, settings } = planned;
  const continued = planned.started !== undefined;
  const dryRun = options['dry-run'] === true;
  const at = zonedTime(backup.createdAt);
  const result = {
    table: target,
    source,
    backupArn: backup.arn,
    name: backup.name,
    at: backup.createdAt.toISOString(),
    dryRun,
    continued,
  };
  if (dryRun) {
    const does = continued ? 'would go on with the restore of' : 'would be restored from';
    return {
      result: { ...result, state: 'planned', given: [], notTaken: [], notCarriedOver: NOT_CARRIED_OVER },
      lines: [`${target}: ${does} backup ${backup.name}, ${source} as of ${at}`],
    };
  }
  const command = `cumulus-api on-demand restore --backup ${backup.arn} --to ${target}`;
  const { client, abortSignal, onProgress } = context;
  const started = await startBackupRestore(client, planned, abortSignal).catch((error: unknown) => {
    if (!abortSignal.aborted) throw error;
    throw new InterruptedError(
      `The restore of ${backup.name} to ${target} was interrupted.`,
      [`To go on: ${command}`],
      error,
    );
  });
  if (options['no-wait'] === true) {
    return {
      result: { ...result, state: 'restoring', given: [], notTaken: [], finishBy: command },
      lines: [
        `${target}: backup ${backup.name}, ${source} as of ${at}, is being restored`,
        `  to wait for it, and give it what DynamoDB does not bring back: ${command}`,
      ],
    };
  }
  const advice = [`DynamoDB goes on with what was begun. To wait for it, and give it its settings: ${command}`];
  const restored = await finishRestore(client, started, { advice, abortSignal, onProgress });
  return {
    result: { ...result, state: 'restored', ...restored, notCarriedOver: NOT_CARRIED_OVER },
    notTaken: restored.notTaken,
    lines: [
      `${target}: ${source} as of ${at}, from backup ${backup.name}${continued ? ', begun by an earlier run' : ''}`,
      ...settingsLines(settings, restored),
      ...arnLines(restored),
      '  not carried over:',
      ...NOT_CARRIED_OVER.map((each) => `    ${each}`),
    ],
  };
}

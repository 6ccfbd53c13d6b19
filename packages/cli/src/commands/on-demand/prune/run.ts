import { CumulusError, InterruptedError } from '@cumulus/dynamodb/aws';
import {
  choosePruned,
  deleteOnDemandBackup,
  listOnDemandBackups,
  type PruneDecision,
} from '@cumulus/dynamodb/recovery';
import type { Context, Outcome, Task } from '../../../command.ts';
import { count, zonedTime } from '../../../output/format.ts';
import { chosenNames } from '../../../tables/chosen-tables.ts';
import type { PruneOptions } from './options.ts';

/** What became of a backup, or would. */
interface Pruned extends PruneDecision {
  readonly fate: 'kept' | 'would be deleted' | 'deleted' | 'gone already' | 'not deleted';
  /** Why it was not deleted, if it failed. */
  readonly error?: string | undefined;
}

export async function runPrune(options: PruneOptions, context: Context): Promise<readonly Task[]> {
  const { client, abortSignal } = context;
  const { keep, 'older-than': age, 'name-prefix': namePrefix } = options;
  const tables = await chosenNames(options);
  const backups = await listOnDemandBackups({ client, tables, type: 'USER', abortSignal });
  const olderThan = age === undefined ? undefined : new Date(Date.now() - age);
  const chosen = choosePruned(backups, { keep, olderThan, namePrefix });
  const going = [...chosen.values()].flat().filter(({ goes }) => goes);
  const dryRun = options['dry-run'] === true;
  const concerned = new Set(going.map(({ backup }) => backup.table));
  const question = `Delete ${count(going.length, 'backup')} of ${[...concerned].join(', ')} for good?`;
  await context.confirm(() => (going.length === 0 ? undefined : question), 'Nothing was deleted.');
  if (chosen.size === 0) context.onWarning('There is no such backup. Check --region, and the tables’ names.');
  return [...chosen].map(([table, decisions]) => ({
    table,
    run: async () => [await prune(table, decisions, dryRun, context)],
  }));
}

async function prune(
  table: string,
  decisions: readonly PruneDecision[],
  dryRun: boolean,
  context: Context,
): Promise<Outcome> {
  const pruned: Pruned[] = [];
  // One after the other: DynamoDB takes ten deletions a second. The oldest go first.
  for (const decision of decisions.toReversed()) {
    pruned.unshift(dryRun || !decision.goes ? planned(decision) : await remove(decision, context));
    if (!context.abortSignal.aborted) continue;
    const deleted = count(pruned.filter(({ fate }) => fate === 'deleted').length, 'backup');
    throw new InterruptedError(`The pruning of ${table}’s backups was interrupted: ${deleted} deleted.`, [
      'To go on: the same command again.',
    ]);
  }
  const countOf = (fate: Pruned['fate']): number => pruned.filter((each) => each.fate === fate).length;
  const failed = pruned.filter(({ fate }) => fate === 'not deleted');
  const toDelete = dryRun ? `${countOf('would be deleted')} would be deleted` : `${countOf('deleted')} deleted`;
  const gone = countOf('gone already');
  return {
    result: {
      table,
      dryRun,
      toDelete: countOf('would be deleted'),
      deleted: countOf('deleted'),
      goneAlready: gone,
      kept: countOf('kept'),
      failed: failed.length,
      backups: pruned.map(({ backup, fate, because, error }) => ({
        backupArn: backup.arn,
        name: backup.name,
        createdAt: backup.createdAt.toISOString(),
        bytes: backup.bytes ?? null,
        fate,
        because,
        error,
      })),
    },
    lines: [
      `${table}: ${toDelete}${gone === 0 ? '' : `, ${gone} gone already`}, ${countOf('kept')} kept`,
      ...pruned.map(
        ({ backup, fate, because }) => `  ${fate}: ${backup.name}, ${zonedTime(backup.createdAt)} (${because})`,
      ),
    ],
    failure: failed.length === 0 ? undefined : describeFailure(table, failed),
  };
}

function planned(decision: PruneDecision): Pruned {
  return { ...decision, fate: decision.goes ? 'would be deleted' : 'kept' };
}

async function remove(decision: PruneDecision, { client, abortSignal }: Context): Promise<Pruned> {
  try {
    const wasThere = await deleteOnDemandBackup(client, decision.backup.arn, abortSignal);
    return { ...decision, fate: wasThere ? 'deleted' : 'gone already' };
  } catch (error) {
    if (!(error instanceof CumulusError)) throw error;
    return { ...decision, fate: 'not deleted', error: error.message };
  }
}

function describeFailure(table: string, failed: readonly Pruned[]): string {
  const [first] = failed;
  return [
    `${count(failed.length, 'backup')} of ${table} could not be deleted: ${first?.error}`,
    ...failed.map(({ backup }) => `still there: ${backup.arn}`),
    'The same command again deletes what is left.',
  ].join('\n  ');
}

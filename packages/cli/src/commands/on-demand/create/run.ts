import { InterruptedError } from '@cumulus/dynamodb/aws';
import {
  finishOnDemandBackup,
  type OnDemandBackup,
  type PlannedOnDemandBackup,
  planOnDemandBackups,
  startOnDemandBackup,
} from '@cumulus/dynamodb/recovery';
import type { Context, Outcome, Task } from '../../../command.ts';
import { zonedTime } from '../../../output/format.ts';
import { startTogether } from '../../../start-together.ts';
import { chosenTables } from '../../../tables/chosen-tables.ts';
import { withoutTables } from '../../tables/missing-table.ts';
import { backupFields, backupLines } from '../describe-backup.ts';
import type { CreateOptions } from './options.ts';

const SAME_AGAIN = 'To go on: the same command again. It waits for what was begun, and makes nothing twice.';

export async function runCreate(options: CreateOptions, context: Context): Promise<readonly Task[]> {
  const { client, abortSignal } = context;
  const { tables, missing } = await chosenTables(options, context);
  const plan = await planOnDemandBackups({ client, tables, name: options.name, abortSignal });
  const start = startTogether(plan, (planned) => startOnDemandBackup(client, planned, abortSignal));
  const create = async (planned: PlannedOnDemandBackup): Promise<Outcome> => {
    if (options['dry-run'] === true) return describePlan(planned);
    const started = await start(planned).catch((error: unknown) => {
      if (!abortSignal.aborted) throw error;
      throw new InterruptedError(`The backup of ${planned.table} was interrupted.`, [SAME_AGAIN], error);
    });
    return options['no-wait'] === true ? describeStarted(planned, started) : finish(planned, started, context);
  };
  const tasks = plan.map((planned) => ({ table: planned.table, run: async () => [await create(planned)] }));
  return [...tasks, ...withoutTables(missing)];
}

async function finish(planned: PlannedOnDemandBackup, started: OnDemandBackup, context: Context): Promise<Outcome> {
  const { client, abortSignal, onProgress } = context;
  const advice = [
    `DynamoDB goes on with it. To see its status: cumulus-api on-demand describe --backup ${started.arn}`,
    SAME_AGAIN,
  ];
  const { source, ...backup } = await finishOnDemandBackup(client, started, { advice, abortSignal, onProgress });
  const continued = planned.started !== undefined;
  return {
    result: { ...backupFields(backup), dryRun: false, continued },
    lines: [`${backup.table}: ${backup.name}${continued ? ', begun by an earlier run' : ''}`, ...backupLines(backup)],
    warning: continued
      ? `${backup.name} is not of the table as it is now, but of ${zonedTime(backup.createdAt)}, when an earlier run began it.`
      : undefined,
  };
}

function describeStarted(planned: PlannedOnDemandBackup, started: OnDemandBackup): Outcome {
  return {
    result: { ...backupFields(started), dryRun: false, continued: planned.started !== undefined },
    lines: [`${started.table}: ${started.name} is being made`, ...backupLines(started)],
  };
}

function describePlan({ table, name, started }: PlannedOnDemandBackup): Outcome {
  if (started !== undefined) {
    return {
      result: { ...backupFields(started), dryRun: true, continued: true },
      lines: [`${table}: would wait for ${name}, which an earlier run began`, ...backupLines(started)],
    };
  }
  return {
    result: { table, name, dryRun: true, continued: false },
    lines: [`${table}: would be backed up as ${name}`],
  };
}

import { createStreamsClient } from '@cumulus/dynamodb/aws';
import { requireNoBackup } from '@cumulus/dynamodb/backup';
import {
  type PlannedRehearsal,
  planRehearsal,
  type Rehearsal,
  runRehearsal,
  storeRehearsal,
} from '@cumulus/dynamodb/rehearsal';
import { chosenIdentities } from '../../backup-source/identities.ts';
import type { Context, Outcome, Task } from '../../command.ts';
import { cumulusTables } from '../../tables/cumulus-tables.ts';
import { keepHeapSmall } from '../../v8-settings.ts';
import { describeEnd, describePlan, describeTable } from './describe-rehearsal.ts';
import type { RehearseOptions } from './options.ts';
import { sendFailure, sendMetrics } from './send-metrics.ts';
import { writePage, writeReport } from './write-report.ts';

export async function runRehearse(options: RehearseOptions, context: Context): Promise<readonly Task[]> {
  keepHeapSmall();
  const { region, profile, 'endpoint-url': endpoint } = options;
  const { client } = context;
  const tables = options.tables === undefined ? undefined : cumulusTables('tables', options.tables);
  for (const file of [options.report, options.html]) {
    if (file !== undefined) await requireNoBackup(file, context);
  }
  const streams = createStreamsClient({ region, profile, endpoint, credentials: client.config.credentials });
  const identities = await chosenIdentities(options, context);
  const planned = await withFailureSent(options, context, () =>
    planRehearsal({
      ...{ client, streams, prefix: options.prefix, from: options.from, backups: options.backups, s3: context.s3 },
      archive: options.archive,
      tables,
      identities,
      at: options.at?.time,
      concurrency: options.concurrency,
      maxReadUnits: options['max-read-units'],
      maxWriteUnits: options['max-write-units'],
      settleTime: options.settle === undefined ? undefined : options.settle * 1000,
      abortSignal: context.abortSignal,
      onProgress: context.onProgress,
      onWarning: context.onWarning,
    }),
  );
  for (const { table, because } of planned.leftOut) context.onWarning(`${table} is left out: ${because}`);
  const tasks = options['dry-run'] ? planTasks(planned) : tasksOf(planned, options, context);
  return tasks.map((run) => ({ table: null, run }));
}

/** Does it; where metrics are wanted, they say that it failed. */
async function withFailureSent<T>(
  { prefix, metrics, 'dry-run': dryRun }: RehearseOptions,
  context: Context,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (metrics !== undefined && !dryRun) await sendFailure(prefix, context);
    throw error;
  }
}

function planTasks(planned: PlannedRehearsal): readonly Task['run'][] {
  return [async () => describePlan(planned)];
}

/** The report is written whatever the rehearsal found, and each way of writing it can fail by itself. */
function tasksOf(planned: PlannedRehearsal, options: RehearseOptions, context: Context): readonly Task['run'][] {
  const { backups, report: reportFile, html } = options;
  const { s3 } = context;
  let done: Rehearsal | undefined;
  let stored: string | null = null;
  const withReport =
    (write: (rehearsal: Rehearsal) => Promise<readonly Outcome[]>): Task['run'] =>
    async () =>
      done === undefined ? [] : write(done);
  const written = (write: (rehearsal: Rehearsal) => Promise<void>): Task['run'] =>
    withReport(async (rehearsal) => {
      await write(rehearsal);
      return [];
    });
  return [
    async () => {
      try {
        done = await withFailureSent(options, context, () => runRehearsal(planned));
      } finally {
        planned.options.streams.destroy();
      }
      return done.report.tables.map(describeTable);
    },
    ...(backups === undefined
      ? []
      : [
          written(async ({ report }) => {
            stored = await storeRehearsal(backups, report, { s3 });
          }),
        ]),
    ...(reportFile === undefined ? [] : [written(({ report }) => writeReport(report, reportFile, context))]),
    ...(html === undefined ? [] : [written(({ report }) => writePage(report, html, context))]),
    ...(options.metrics === undefined ? [] : [written((rehearsal) => sendMetrics(rehearsal, context))]),
    withReport(async (rehearsal) => [describeEnd(rehearsal, stored)]),
  ];
}

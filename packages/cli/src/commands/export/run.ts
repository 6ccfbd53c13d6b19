import {
  finishExport,
  type PlannedExport,
  type PlannedExports,
  parseDestination,
  planExports,
  startExport,
  type TableExport,
} from '@cumulus/dynamodb/recovery';
import type { Context, Outcome, Task } from '../../command.ts';
import { count, size, zonedTime } from '../../output/format.ts';
import { startTogether } from '../../start-together.ts';
import { chosenTables } from '../../tables/chosen-tables.ts';
import { withoutTables } from '../tables/missing-table.ts';
import type { ExportOptions } from './options.ts';

export async function runExport(options: ExportOptions, context: Context): Promise<readonly Task[]> {
  const { arn, table, to = '' } = options;
  if (arn !== undefined)
    return [{ table: null, run: async () => [await finish(arn, [waitFor(arn)], options, context)] }];
  const { client, abortSignal } = context;
  const { tables, missing } = await chosenTables(options, context);
  const plan = await planExports({
    client,
    tables,
    destination: { ...parseDestination(to), bucketOwner: options['bucket-owner'], kmsKeyId: options['kms-key'] },
    at: options.at?.time,
    relative: options.at?.relative,
    // A deployment has tables that are not protected by default; one that was named has to be exported.
    leaveOutUnprotected: table === undefined,
    abortSignal,
  });
  const start = startTogether(plan.exports, (planned) => startExport(client, planned, abortSignal));
  const exportTable = async (planned: PlannedExport): Promise<Outcome> => {
    if (options['dry-run'] === true) return describePlan(planned, plan, to);
    const started = await start(planned);
    const outcome =
      options['no-wait'] === true
        ? describeStarted(planned, plan, started)
        : await finish(started.arn, adviceOn(plan, started), options, context);
    return { ...outcome, warning: otherInstant(planned, plan, options) };
  };
  return [
    ...plan.exports.map((planned) => ({ table: planned.table, run: async () => [await exportTable(planned)] })),
    ...plan.unprotected.map((left) => ({ table: left, run: async () => [leaveOut(left)] })),
    ...withoutTables(missing),
  ];
}

function waitFor(arn: string): string {
  return `To wait for it, and prove it: cumulus-api export --arn ${arn}`;
}

/** What goes on is of the instant at which it was begun; a later run asks for a later one, unless it names that instant. */
function otherInstant(
  { table, started }: PlannedExport,
  { at }: PlannedExports,
  { at: asked }: ExportOptions,
): string | undefined {
  if (started === undefined || (asked !== undefined && !asked.relative)) return undefined;
  const wanted = asked === undefined ? 'the table as it is now' : zonedTime(asked.time);
  return `The export of ${table} is not of ${wanted}, but the one that an earlier run began: ${zonedTime(at)}.`;
}

/** How to go on after an interruption. A run is found again by its instant, also once a part of it has ended. */
function adviceOn({ at, exports }: PlannedExports, { arn }: TableExport): readonly string[] {
  if (exports.length === 1) return [waitFor(arn)];
  return [`To wait for all ${exports.length}, and prove them: the same command with --at ${zonedTime(at)}`];
}

async function finish(
  arn: string,
  advice: readonly string[],
  { verify }: Pick<ExportOptions, 'verify'>,
  { client, s3, abortSignal, onProgress }: Context,
): Promise<Outcome> {
  const finished = await finishExport(client, { arn }, { s3, verify, advice, abortSignal, onProgress });
  const { table, folder, time, itemCount: items, billedBytes, files, verified } = finished;
  const bytes = billedBytes === undefined ? '' : `, ${size(billedBytes)}`;
  return {
    result: {
      table,
      at: time.toISOString(),
      dryRun: false,
      state: 'exported',
      exportArn: arn,
      folder,
      items,
      billedBytes,
      files,
      verified,
    },
    lines: [
      `${table}: ${count(items, 'item')}${bytes} as of ${zonedTime(time)}`,
      `  to ${folder}`,
      `  ${count(files, 'data file')}, proved by ${verified ? 'their checksums' : 'the manifests'}`,
      `  export ${arn}`,
    ],
  };
}

function describeStarted(
  { table, started }: PlannedExport,
  { at }: PlannedExports,
  { arn, folder }: TableExport,
): Outcome {
  const finishBy = `cumulus-api export --arn ${arn}`;
  return {
    result: { table, at: at.toISOString(), dryRun: false, state: 'exporting', exportArn: arn, folder, finishBy },
    lines: [
      `${table}: ${started === undefined ? 'is being exported' : 'was begun by an earlier run'}, as of ${zonedTime(at)}`,
      `  to ${folder}`,
      `  to wait for it, and prove it: ${finishBy}`,
    ],
  };
}

function describePlan({ table, started }: PlannedExport, { at }: PlannedExports, to: string): Outcome {
  return {
    result: {
      table,
      at: at.toISOString(),
      dryRun: true,
      state: 'planned',
      to,
      exportArn: started?.arn,
    },
    lines: [
      started === undefined
        ? `${table}: would be exported to ${to} as of ${zonedTime(at)}`
        : `${table}: would go on with ${started.arn}, as of ${zonedTime(at)}`,
    ],
  };
}

function leaveOut(table: string): Outcome {
  return {
    result: { table, state: 'left out' },
    lines: [`${table}: left out`],
    warning:
      `Table ${table} has no point-in-time recovery, which an export reads from, and was left out. ` +
      `Turn it on by cumulus-api pitr enable --table ${table}, or take a cumulus-api backup.`,
  };
}

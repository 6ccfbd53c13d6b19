import { physicalTableName } from '@cumulus/dynamodb/tables';
import { cleanPayloads, type PayloadPlace, payloadPlace } from '@cumulus/models/payloads';
import type { Context, Outcome, Task } from '../../../command.ts';
import { count, zonedTime } from '../../../output/format.ts';
import type { CleanOptions } from './options.ts';

export async function runClean(options: CleanOptions, context: Context): Promise<readonly Task[]> {
  const { prefix, table = [], 'older-than': age } = options;
  const tables = prefix === undefined ? [...new Set(table)] : [physicalTableName(prefix, 'ExecutionsTable')];
  const before = Date.now() - age;
  await context.confirm(() => questionOf(tables, before, options, context), 'Nothing was removed.');
  return tables.map((name) => ({ table: name, run: async () => [await clean(name, before, options, context)] }));
}

/** What would be lost, counted; undefined for nothing. */
async function questionOf(
  tables: readonly string[],
  before: number,
  options: CleanOptions,
  context: Context,
): Promise<string | undefined> {
  let [executions, objects] = [0, 0];
  for (const table of tables) {
    const found = await cleanPayloads({ ...cleaningOf(table, before, options, context), dryRun: true });
    executions += found.cleaned;
    objects += found.objects;
  }
  if (executions + objects === 0) return undefined;
  return `Remove the payloads of ${count(executions, 'execution')} of ${tables.join(', ')}, and ${count(objects, 'object')} from S3, for good?`;
}

function cleaningOf(
  table: string,
  before: number,
  { prefix, status, 'system-bucket': bucket, stack = prefix }: CleanOptions,
  { client, s3, abortSignal, onProgress }: Context,
) {
  const place = bucket === undefined || stack === undefined ? undefined : payloadPlace(bucket, stack);
  return { client, s3, table, before, statuses: [...new Set(status)], place, abortSignal, onProgress };
}

async function clean(table: string, before: number, options: CleanOptions, context: Context): Promise<Outcome> {
  const { 'dry-run': dryRun } = options;
  const cleaning = cleaningOf(table, before, options, context);
  const { place, statuses } = cleaning;
  const done = await cleanPayloads({ ...cleaning, dryRun });
  const { executions, cleaned, objects, changed, left } = done;
  const would = dryRun ? 'would be ' : '';
  return {
    result: { table, dryRun, before: new Date(before).toISOString(), statuses, ...done },
    lines: [
      `${table}: ${count(cleaned, 'execution')} ${would}cleaned of ${count(executions, 'execution')}`,
      `  last changed before ${zonedTime(new Date(before))}, ${statuses.join(', ')}`,
      `  ${count(objects, 'object')} ${would}removed from S3`,
      ...(changed > 0 ? [`  ${count(changed, 'execution')} left: changed meanwhile`] : []),
      ...(dryRun ? ['  nothing was changed'] : []),
    ],
    failure:
      left === 0
        ? undefined
        : `${count(left, 'payload')} of ${table} in S3 ${dryRun ? 'would be' : 'were'} left, with the pointers to them: ${why(place)}.`,
  };
}

function why(place: PayloadPlace | undefined): string {
  if (place === undefined) return 'name the bucket by --system-bucket';
  return `they are not where s3://${place.bucket}/${place.prefix}/ has those of their executions`;
}

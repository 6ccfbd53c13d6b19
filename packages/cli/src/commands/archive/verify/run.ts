import { type ArchiveProblem, compareAt, verifyArchive } from '@cumulus/dynamodb/archive';
import { chosenIdentities } from '../../../backup-source/identities.ts';
import type { Context, Outcome, Task } from '../../../command.ts';
import { describeComparison, failureOf } from '../../../output/describe-comparison.ts';
import { count, duration, size, zonedTime } from '../../../output/format.ts';
import { keepHeapSmall } from '../../../v8-settings.ts';
import { tasksOfTables } from '../chosen-tables.ts';
import { describePayloads } from '../describe-payloads.ts';
import { requireArchive } from '../options.ts';
import type { VerifyOptions } from './options.ts';

export async function runVerify(options: VerifyOptions, context: Context): Promise<readonly Task[]> {
  keepHeapSmall();
  const { at } = options;
  const identities = await chosenIdentities(options, context);
  return tasksOfTables(options, context, (table) =>
    at === undefined
      ? proveTable(table, identities, options, context)
      : compareTable(table, at.time, identities, options, context),
  );
}

async function proveTable(
  table: string,
  identities: readonly string[] | undefined,
  options: VerifyOptions,
  context: Context,
): Promise<Outcome> {
  const { s3, abortSignal, onProgress } = context;
  const startedAt = performance.now();
  const isWanted = (name: string): boolean => name === table;
  const [verified] = await verifyArchive(requireArchive(options), {
    ...{ s3, identities, tables: isWanted, abortSignal, onProgress },
  });
  const { segments = 0, changes = 0, bases = 0, states = 0, bytes = 0, problems = [] } = verified ?? {};
  const { pointersToS3 = 0, payloads, exports = 0, unopened = 0 } = verified ?? {};
  const seconds = (performance.now() - startedAt) / 1000;
  const kept = states === 0 ? '' : `, ${count(states, 'state')} that ${states === 1 ? 'was' : 'were'} kept`;
  const exported = exports === 0 ? '' : `, ${count(exports, 'export')}`;
  const read = `${count(changes, 'change')} in ${count(segments, 'segment')}, ${count(bases, 'base')}${kept}${exported}`;
  return {
    result: {
      table,
      segments,
      changes,
      bases,
      states,
      exports,
      unopened,
      bytes,
      pointersToS3,
      payloads: payloads ?? null,
      problems,
      seconds,
    },
    lines: [
      `${table}: ${problems.length === 0 ? 'whole' : count(problems.length, 'problem')}`,
      `  ${read}, ${size(bytes)} in ${duration(seconds)}`,
      ...(unopened === 0
        ? []
        : [
            `  ${count(unopened, 'encrypted file')} as stored, and not opened: --identity FILE opens ${unopened === 1 ? 'it' : 'them'}`,
          ]),
      ...describePayloads(payloads, pointersToS3),
    ],
    failure:
      problems.length === 0
        ? undefined
        : [
            `The archive of table ${table} is not as it was written:`,
            ...problems.flatMap(problemLines),
            'Take these files from another copy of the archive.',
          ].join('\n  '),
  };
}

function problemLines({ file, problem, earlier }: ArchiveProblem): readonly string[] {
  const line = `${file}: ${problem}`;
  if (earlier === undefined) return [line];
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(file) ?? [];
  const get = `aws s3api get-object --bucket ${bucket} --key '${key}' --version-id '${earlier.id}' FILE`;
  return [line, `  the bucket keeps a version of ${zonedTime(earlier.modified)} of it: ${get}`];
}

async function compareTable(
  table: string,
  at: Date,
  identities: readonly string[] | undefined,
  options: VerifyOptions,
  context: Context,
): Promise<Outcome> {
  const { client, s3, abortSignal, onProgress } = context;
  const { with: name = table, 'max-read-units': maxReadUnits } = options;
  const compared = await compareAt({
    ...{ archive: requireArchive(options), table, at, liveTable: { client, name } },
    ...{ s3, identities, maxReadUnits, abortSignal, onProgress },
  });
  const { comparison, items, base, changes, seconds } = compared;
  const { superseded: _, ...counted } = comparison;
  const state = `${table} at ${zonedTime(compared.at)}`;
  return {
    result: { table, at: compared.at, with: name, items, base, changes, seconds, ...counted },
    lines: [
      `${state}: ${count(items, 'item')}, in ${duration(seconds)}`,
      `  from base ${base} and ${count(changes, 'change')} after it`,
      ...describeComparison(comparison, name),
      ...(comparison.equal ? [] : ['  What was changed in the table since that time differs too.']),
    ],
    failure: failureOf(comparison, state, name),
  };
}

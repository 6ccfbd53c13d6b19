import { archivableStream } from '@cumulus/dynamodb/archive';
import { CumulusError, createStreamsClient } from '@cumulus/dynamodb/aws';
import { checkRecipients } from '@cumulus/dynamodb/storage';
import { describeTable } from '@cumulus/dynamodb/tables';
import type { Context, Outcome, Task } from '../../../command.ts';
import { count, size } from '../../../output/format.ts';
import { chosenNames, chosenTables } from '../../../tables/chosen-tables.ts';
import { runByExport } from './follow-by-export.ts';
import { followTables } from './follow-tables.ts';
import type { FollowedTable } from './followed-table.ts';
import { type FollowOptions, requireTo } from './options.ts';

export async function runFollow(options: FollowOptions, context: Context): Promise<readonly Task[]> {
  if (options['by-export']) return runByExport(options, context);
  const { client, s3, abortSignal, onWarning } = context;
  const { region, profile, 'endpoint-url': endpoint, once, settle, 'max-read-units': maxReadUnits } = options;
  const archive = requireTo(options);
  const { 'payload-bucket': buckets } = options;
  const payloads = buckets === undefined ? undefined : { buckets };
  await checkRecipients(options.recipient);
  const { tables } = await chosenTables(options, context);
  const isNamed = options.table !== undefined;
  const followed: string[] = [];
  const left: string[] = [];
  for (const table of tables) {
    const isFollowed = await hasStream(table, context, isNamed);
    (isFollowed ? followed : left).push(table);
  }
  if (left.length > 0) {
    onWarning(`Not archived, since a stream of new images is missing: ${left.join(', ')}. Back these tables up.`);
  }
  if (options['dry-run']) return followed.map((table) => ({ table, run: async () => [describePlan(table, archive)] }));
  const run = async (): Promise<readonly Outcome[]> => {
    const streams = createStreamsClient({ region, profile, endpoint, credentials: client.config.credentials });
    try {
      const ended = await followTables({
        tables: followed,
        wanted: isNamed || once ? [] : ((await chosenNames(options)) ?? []),
        isFollowable: (table) => hasStream(table, context, false),
        settings: {
          client,
          streams,
          archive,
          recipients: options.recipient,
          s3,
          once,
          ...(settle && { settle }),
          maxReadUnits,
          payloads,
          abortSignal,
        },
        context,
      });
      return [...ended.map(describeTableEnd), describeAll(ended, once)];
    } finally {
      streams.destroy();
    }
  };
  return [{ table: null, run }];
}

/**
 * Whether a table can be archived.
 * @param isNamed whether it has to be
 * @throws NotArchivableError if it is named, and cannot be
 */
async function hasStream(table: string, { client, abortSignal }: Context, isNamed: boolean): Promise<boolean> {
  const description = await describeTable(client, table, abortSignal);
  try {
    archivableStream(description);
    return true;
  } catch (error) {
    if (isNamed || !(error instanceof CumulusError) || error.code !== 'NOT_ARCHIVABLE') throw error;
    return false;
  }
}

function describePlan(table: string, archive: string): Outcome {
  return { result: { table }, lines: [`${table}: would be archived to ${archive}`] };
}

function describeTableEnd(followed: FollowedTable): Outcome {
  const { table, changes, segments, bytes, gaps, bases, pointersToS3, payloads } = followed;
  const failure = followed.failure ?? followed.baseFailure;
  const left =
    payloads !== undefined && payloads.failed > 0
      ? `${count(payloads.failed, 'object')} could not be copied`
      : undefined;
  return {
    result: { table, changes, segments, bytes, gaps, bases, pointersToS3, payloads: payloads ?? null },
    lines: [
      `${table}: ${archived({ changes, segments, bytes })}`,
      ...bases.map((file) => `  base ${file}`),
      ...describePayloads(followed),
    ],
    failure: failure?.message ?? left,
    error: failure,
  };
}

/** What the archive has of the objects that changes point to, or that it has none of them; no line if they point to nothing. */
function describePayloads({ pointersToS3, payloads }: FollowedTable): readonly string[] {
  if (payloads === undefined) {
    if (pointersToS3 === 0) return [];
    return [`  ${count(pointersToS3, 'pointer')} to objects in S3, which are not archived`];
  }
  const { copied, bytes: copiedBytes, gone, elsewhere } = payloads;
  const lines = [`  ${count(copied, 'object')} in S3 copied, ${size(copiedBytes)}`];
  if (gone > 0) lines.push(`  ${count(gone, 'object')} that did not exist any more`);
  if (elsewhere > 0) lines.push(`  ${count(elsewhere, 'object')} in other buckets, not copied`);
  return lines;
}

function describeAll(tables: readonly FollowedTable[], once: boolean): Outcome {
  const sum = (of: (table: FollowedTable) => number): number => tables.reduce((all, each) => all + of(each), 0);
  const total = {
    changes: sum(({ changes }) => changes),
    segments: sum(({ segments }) => segments),
    bytes: sum(({ bytes }) => bytes),
  };
  return {
    result: { table: null, tables: tables.length, ...total },
    isSummary: true,
    lines: [`${archived(total)}, of ${count(tables.length, 'table')}${once ? '' : '; stopped on request'}`],
  };
}

function archived({ changes, segments, bytes }: Pick<FollowedTable, 'changes' | 'segments' | 'bytes'>): string {
  return `${count(changes, 'change')} archived in ${count(segments, 'segment')}, ${size(bytes)}`;
}

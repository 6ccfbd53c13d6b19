import { CumulusError, createStreamsClient } from '@cumulus/dynamodb/aws';
import { createCountsTable, parseTableName, physicalTableName } from '@cumulus/dynamodb/tables';
import { COUNTED_TYPES, type CountedTable, recount } from '@cumulus/models/counts';
import type { Context, Outcome, Task } from '../../command.ts';
import { describeCounts } from '../counts/describe-counts.ts';
import type { RestoreOptions } from './options.ts';

/** What of a command's options matters for counting. */
type CountOptions = Pick<RestoreOptions, 'region' | 'profile' | 'endpoint-url' | 'dry-run'>;

/**
 * Makes the table of counts of a deployment that was restored with `--create-table`, and counts the records: no backup has them.
 * @param restored the tables that were restored by then
 */
export function countsTask(
  prefix: string,
  restored: ReadonlySet<string>,
  options: CountOptions,
  context: Context,
): Task {
  const { client, abortSignal } = context;
  const table = physicalTableName(prefix, 'RecordCountsTable');
  const run = async (): Promise<readonly Outcome[]> => {
    const dryRun = options['dry-run'];
    const { created, notTaken } = await createCountsTable({ client, prefix, dryRun, abortSignal });
    const tables = Object.entries(COUNTED_TYPES)
      .map(([recordType, { table: name }]) => ({ recordType, table: physicalTableName(prefix, name) }) as CountedTable)
      .filter((counted) => restored.has(counted.table));
    if (dryRun) {
      const would = created ? 'would be made, and the records counted' : 'the records would be counted again';
      return [{ result: { table, created }, lines: [`${table}: ${would}`] }];
    }
    const counted = await Promise.all(tables.map((each) => countAgain(table, each, options, context)));
    return [
      {
        result: { table, created, recounted: counted.flatMap(({ recordType }) => recordType ?? []) },
        notTaken,
        lines: [`${table}: ${created ? 'the table was made' : 'was there'}`, ...counted.map(({ line }) => `  ${line}`)],
      },
    ];
  };
  return { table, run };
}

/** What was restored stays so, whatever keeps its records from being counted. */
async function countAgain(
  countsTable: string,
  { recordType, table }: CountedTable,
  { region, profile, 'endpoint-url': endpoint }: CountOptions,
  { client, abortSignal, onWarning }: Context,
): Promise<{ readonly recordType?: string; readonly line: string }> {
  const streamsClient = createStreamsClient({ region, profile, endpoint });
  try {
    const { after } = await recount({ client, streamsClient, countsTable, recordType, table, abortSignal });
    return { recordType, line: `${table} counted: ${describeCounts(after)}` };
  } catch (error) {
    if (!(error instanceof CumulusError) || abortSignal.aborted) throw error;
    const { prefix } = parseTableName(table) ?? { prefix: '' };
    onWarning(
      `${table} was restored, but its records could not be counted: ${error.message}\n  ` +
        `To count them: cumulus-api counts recount --prefix ${prefix} --type ${recordType}`,
    );
    return { line: `${table}: not counted` };
  } finally {
    streamsClient.destroy();
  }
}

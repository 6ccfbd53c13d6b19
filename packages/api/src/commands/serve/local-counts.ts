import { type ClientOptions, createClient, createStreamsClient, pauseUnless } from '@cumulus/dynamodb/aws';
import { physicalTableName } from '@cumulus/dynamodb/tables';
import { COUNTED_TYPES, type CountedTable, type CountedType, followCounts, recount } from '@cumulus/models/counts';

/** How long counts may be behind if there are no streams, in milliseconds. */
const RECOUNT_INTERVAL = 2_000;

export interface CountingOptions {
  readonly prefix: string;
  /** Where the tables are. */
  readonly where: ClientOptions;
  readonly abortSignal: AbortSignal;
  readonly onWarning: (warning: string) => void;
}

/**
 * Counts once, and then keeps the counts up to date until the signal: by the tables' streams, or by recounts if there are none.
 * @returns what resolves when it has ended
 */
export async function keepLocalCounts({
  prefix,
  where,
  abortSignal,
  onWarning,
}: CountingOptions): Promise<{ readonly ended: Promise<void> }> {
  const client = createClient(where);
  const streamsClient = createStreamsClient(where);
  const countsTable = physicalTableName(prefix, 'RecordCountsTable');
  const tables = (Object.keys(COUNTED_TYPES) as CountedType[]).map(
    (recordType): CountedTable => ({ recordType, table: physicalTableName(prefix, COUNTED_TYPES[recordType].table) }),
  );
  const counts = { client, streamsClient, countsTable, abortSignal };
  const countAll = async (): Promise<boolean> => {
    let follows = true;
    for (const counted of tables) {
      // A local stream has a change at once.
      const result = await recount({ ...counts, ...counted, settleTime: 1, pollInterval: 50 });
      follows &&= result.follows;
    }
    return follows;
  };
  const follows = await countAll();
  const ended = (follows ? followCounts({ ...counts, tables }) : repeat(countAll, abortSignal))
    .catch((error: unknown) =>
      onWarning(`Counts are no longer kept: ${error instanceof Error ? error.message : error}`),
    )
    .finally(() => {
      client.destroy();
      streamsClient.destroy();
    });
  return { ended };
}

/** Repeats work until the signal. */
async function repeat(work: () => Promise<unknown>, abortSignal: AbortSignal): Promise<void> {
  while (await pauseUnless(abortSignal, RECOUNT_INTERVAL)) {
    await work().catch((error: unknown) => abortSignal.aborted || Promise.reject(error));
  }
}

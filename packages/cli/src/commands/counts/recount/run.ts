import { createStreamsClient } from '@cumulus/dynamodb/aws';
import { type CountDifference, recount } from '@cumulus/models/counts';
import type { Context, Task } from '../../../command.ts';
import { count } from '../../../output/format.ts';
import { keepHeapSmall } from '../../../v8-settings.ts';
import { countedTables, countsTableOf } from '../counted-tables.ts';
import { describeCounts } from '../describe-counts.ts';
import type { RecountOptions } from './options.ts';

/** How many differences a person is shown; the JSON has all. */
const MAX_LINES = 20;

export async function runRecount(options: RecountOptions, context: Context): Promise<readonly Task[]> {
  keepHeapSmall();
  const { region, profile, 'endpoint-url': endpoint, 'dry-run': dryRun = false, settle } = options;
  const { client, abortSignal } = context;
  const countsTable = countsTableOf(options);
  return (await countedTables(options)).map(({ recordType, table }) => ({
    table,
    run: async () => {
      const streamsClient = createStreamsClient({ region, profile, endpoint, credentials: client.config.credentials });
      try {
        const counted = { client, streamsClient, countsTable, recordType, table };
        const result = await recount({ ...counted, dryRun, settleTime: settle && settle * 1000, abortSignal });
        const { differences, after, follows } = result;
        const found =
          differences.length === 0 ? 'the counts were right' : `${count(differences.length, 'group')} differed`;
        return [
          {
            result: { table, dryRun, ...result },
            lines: [
              `${table}: ${describeCounts(after)}`,
              `  ${found}${dryRun && differences.length > 0 ? '; nothing was changed' : ''}`,
              ...differences.slice(0, MAX_LINES).map(describeDifference),
              ...(differences.length > MAX_LINES ? [`  … and ${differences.length - MAX_LINES} more`] : []),
            ],
            warning: follows ? undefined : `${table} has no stream: its counts will not follow what is written to it.`,
          },
        ];
      } finally {
        streamsClient.destroy();
      }
    },
  }));
}

function describeDifference({ collectionId, before, after }: CountDifference): string {
  return `  ${collectionId ?? 'all'}: ${describeCounts(before)} → ${describeCounts(after)}`;
}

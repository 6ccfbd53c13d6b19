import { createStreamsClient } from '@cumulus/dynamodb/aws';
import { followCounts } from '@cumulus/models/counts';
import type { Context, Task } from '../../../command.ts';
import { count } from '../../../output/format.ts';
import { countedTables, countsTableOf } from '../counted-tables.ts';
import type { CountsOptions } from '../options.ts';

export async function runFollow(options: CountsOptions, context: Context): Promise<readonly Task[]> {
  const { region, profile, 'endpoint-url': endpoint } = options;
  const { client, abortSignal } = context;
  const tables = await countedTables(options);
  const run: Task['run'] = async () => {
    const streamsClient = createStreamsClient({ region, profile, endpoint, credentials: client.config.credentials });
    let followed = 0;
    try {
      await followCounts({
        client,
        streamsClient,
        countsTable: countsTableOf(options),
        tables,
        onChanges: (_, changes) => {
          followed += changes;
        },
        abortSignal,
      });
    } finally {
      streamsClient.destroy();
    }
    return [
      {
        result: { table: null, changes: followed },
        lines: [`${count(followed, 'change')} counted; stopped on request`],
      },
    ];
  };
  return [{ table: null, run }];
}

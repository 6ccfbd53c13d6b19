import { listCollectionCounts, type RecountDue, readCounts } from '@cumulus/models/counts';
import type { Context, Task } from '../../../command.ts';
import { countedTables, countsTableOf } from '../counted-tables.ts';
import { describeCounts } from '../describe-counts.ts';
import type { ShowOptions } from './options.ts';

export async function runShow(options: ShowOptions, { client }: Context): Promise<readonly Task[]> {
  const countsTable = countsTableOf(options);
  const { prefix, tables } = options;
  const recount = `cumulus-api counts recount --prefix ${prefix}${tables === undefined ? '' : ` --tables ${tables}`}`;
  return (await countedTables(options)).map(({ recordType, table }) => ({
    table,
    run: async () => {
      const counts = await readCounts({ client, countsTable, recordType });
      const collections = options.collections ? await listCollectionCounts({ client, countsTable, recordType }) : [];
      const { recountDue } = counts;
      return [
        {
          result: { table, ...counts, collections: options.collections ? collections : undefined },
          lines: [
            `${table}: ${describeCounts(counts)}`,
            ...(counts.unlisted > 0 ? [`  ${counts.unlisted} of them in no list by time`] : []),
            ...collections.map((collection) => `  ${collection.collectionId}: ${describeCounts(collection)}`),
          ],
          failure:
            recountDue === undefined
              ? undefined
              : `${describeDue(table, recountDue)}\n  Run: ${recount} --type ${recordType}`,
        },
      ];
    },
  }));
}

function describeDue(table: string, { since, reason }: RecountDue): string {
  return since === undefined
    ? `The records of ${table} were never counted.`
    : `A recount of ${table} is due since ${since}: ${reason}`;
}

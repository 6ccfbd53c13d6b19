import { findDeployment } from '@cumulus/dynamodb/tables';
import type { Context, Task } from '../../../command.ts';
import { count, size } from '../../../output/format.ts';
import { missingTable } from '../missing-table.ts';
import type { TablesOptions } from '../options.ts';

export async function runList({ prefix }: TablesOptions, context: Context): Promise<readonly Task[]> {
  const list: Task['run'] = async () => {
    const tables = await findDeployment(context.client, prefix, context.abortSignal);
    return Promise.all(
      tables.map(async ({ name: table, description }) => {
        if (description === undefined) return missingTable(table, context, true);
        const { status, estimatedItems, estimatedBytes } = description;
        return {
          result: { table, status, estimatedItems, estimatedBytes },
          lines: [`${table}: about ${count(estimatedItems, 'item')}, ${size(estimatedBytes)}`],
        };
      }),
    );
  };
  return [{ table: null, run: list }];
}

import { type DescribedTable, describeDeployment, describeKey } from '@cumulus/dynamodb';
import type { Context, Outcome, Task } from '../../command.ts';
import { count, size } from '../../words.ts';
import type { TablesOptions } from './command.ts';
import { missingTable } from './missing-table.ts';

export async function planDescribe({ prefix }: TablesOptions, context: Context): Promise<readonly Task[]> {
  const describe: Task['run'] = async () => {
    const tables = await describeDeployment(context.client, prefix, context.abortSignal);
    return Promise.all(tables.map((table) => describeTable(table, context)));
  };
  return [{ table: null, run: describe }];
}

async function describeTable({ name, description, settings }: DescribedTable, context: Context): Promise<Outcome> {
  if (description === undefined) return missingTable(name, context);
  const { name: table, schema, billingMode, estimatedItems, estimatedBytes, ...more } = description;
  const { ttlAttribute, pointInTimeRecovery } = settings;
  const recovery = pointInTimeRecovery === undefined ? 'unknown' : pointInTimeRecovery ? 'on' : 'off';
  return {
    result: { table, ...more, billingMode, estimatedItems, estimatedBytes, schema: { ...schema, ...settings } },
    lines: [
      `${table}: about ${count(estimatedItems, 'item')}, ${size(estimatedBytes)}, ${billingMode}`,
      `  key ${describeKey(schema.key)}`,
      ...schema.globalIndexes.map((index) => `  index ${index.name}: ${describeKey(index.key)}`),
      `  stream ${schema.stream ?? 'off'}, time to live ${ttlAttribute ?? 'off'}, point-in-time recovery ${recovery}`,
    ],
  };
}

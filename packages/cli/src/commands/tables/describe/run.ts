import { type DescribedTable, describeDeployment, describeKey, SCHEMA_SETTINGS } from '@cumulus/dynamodb/tables';
import type { Context, Outcome, Task } from '../../../command.ts';
import { describeNamedSettings, describeUnknownSettings } from '../../../output/describe-settings.ts';
import { count, size } from '../../../output/format.ts';
import { missingTable } from '../missing-table.ts';
import type { TablesOptions } from '../options.ts';

export async function runDescribe({ prefix }: TablesOptions, context: Context): Promise<readonly Task[]> {
  const describe: Task['run'] = async () => {
    const tables = await describeDeployment(context.client, prefix, context.abortSignal);
    return Promise.all(tables.map((table) => describeTable(table, context)));
  };
  return [{ table: null, run: describe }];
}

async function describeTable(
  { name, description, settings, known }: DescribedTable,
  context: Context,
): Promise<Outcome> {
  if (description === undefined) return missingTable(name, context, true);
  const { name: table, schema, billingMode, estimatedItems, estimatedBytes, ...others } = description;
  // Both are among the other settings.
  const { deletionProtection: _, encryption: __, ...more } = others;
  const { ttlAttribute, pointInTimeRecovery } = settings;
  const recovery = pointInTimeRecovery === undefined ? 'unknown' : pointInTimeRecovery ? 'on' : 'off';
  const { settings: all = [], unknown: settingsNotKnown = [] } = known ?? {};
  const otherSettings = all.filter(({ setting }) => !SCHEMA_SETTINGS.includes(setting));
  return {
    result: {
      table,
      ...more,
      billingMode,
      estimatedItems,
      estimatedBytes,
      schema: { ...schema, ...settings },
      otherSettings,
      settingsNotKnown,
    },
    lines: [
      `${table}: about ${count(estimatedItems, 'item')}, ${size(estimatedBytes)}, ${billingMode}`,
      `  key ${describeKey(schema.key)}`,
      ...schema.globalIndexes.map((index) => `  index ${index.name}: ${describeKey(index.key)}`),
      `  stream ${schema.stream ?? 'off'}, time to live ${ttlAttribute ?? 'off'}, point-in-time recovery ${recovery}`,
      ...(otherSettings.length === 0 ? [] : [`  ${describeNamedSettings(otherSettings)}`]),
      ...describeUnknownSettings(settingsNotKnown, 'settings not known'),
    ],
  };
}

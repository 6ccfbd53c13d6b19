import { type CreatedTable, createDeployment, TABLE_NAMES, type TableName } from '@cumulus/dynamodb';
import type { Context, Task } from '../../command.ts';
import { describeSettingNotTaken } from '../../settings-words.ts';
import { UsageError } from '../../usage-error.ts';
import type { CreateOptions } from './command.ts';

export async function planCreate(options: CreateOptions, { client, abortSignal }: Context): Promise<readonly Task[]> {
  const pointInTimeTables = tablesToRecover(options['point-in-time']);
  const create: Task['run'] = async () => {
    const { prefix, tag: tags } = options;
    const tables = await createDeployment({ client, prefix, pointInTimeTables, tags, abortSignal });
    return tables.map((result) => ({
      result,
      lines: [describeCreated(result)],
    }));
  };
  return [{ table: null, run: create }];
}

function describeCreated({ table, created, notTaken }: CreatedTable): string {
  if (!created) return `${table}: was there, and left as it is`;
  return [`${table}: made`, ...notTaken.map(describeSettingNotTaken)].join(', ');
}

function tablesToRecover(names: readonly string[] | undefined): readonly TableName[] | undefined {
  if (names === undefined) return undefined;
  if (names.length === 1 && names[0] === 'none') return [];
  return names.map((name) => {
    const known = TABLE_NAMES.find((table) => table === name);
    if (known !== undefined) return known;
    throw new UsageError(`--point-in-time takes names of ${TABLE_NAMES.join(', ')}, or none; not "${name}"`);
  });
}

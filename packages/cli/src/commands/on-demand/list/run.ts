import { listOnDemandBackups } from '@cumulus/dynamodb/recovery';
import type { Context, Outcome, Task } from '../../../command.ts';
import { chosenNames } from '../../../tables/chosen-tables.ts';
import { backupFields, backupLines } from '../describe-backup.ts';
import type { ListOptions } from './options.ts';

const TYPES = { user: 'USER', system: 'SYSTEM', all: undefined } as const;

export async function runList(options: ListOptions, context: Context): Promise<readonly Task[]> {
  const { client, abortSignal } = context;
  const tables = await chosenNames(options);
  const list = async (): Promise<readonly Outcome[]> => {
    const backups = await listOnDemandBackups({ client, tables, type: TYPES[options.type], abortSignal });
    if (backups.length === 0) context.onWarning('There is no such backup. Check --region, and the tables’ names.');
    return backups.map((backup) => ({
      result: backupFields(backup),
      lines: [`${backup.table}: ${backup.name}`, ...backupLines(backup)],
    }));
  };
  return [{ table: null, run: list }];
}

import { backUpTable, tablesOfDeployment } from '@cumulus/dynamodb';
import type { Context, Outcome, Task } from '../../command.ts';
import { collectAtOnce } from '../../heap.ts';
import { count, duration, number, size } from '../../words.ts';
import type { BackupOptions } from './command.ts';
import { tablesOfTerraform } from './tables-of-terraform.ts';

export async function planBackup(options: BackupOptions, context: Context): Promise<readonly Task[]> {
  collectAtOnce();
  const tables = await chosenTables(options, context);
  return tables.map((table) => ({ table, run: async () => [await backUp(table, options, context)] }));
}

async function chosenTables(options: BackupOptions, { client, abortSignal }: Context): Promise<readonly string[]> {
  const { table = [], prefix, tables } = options;
  if (prefix !== undefined) return tablesOfDeployment(client, prefix, abortSignal);
  if (tables !== undefined) return tablesOfTerraform(client, tables, abortSignal);
  return [...new Set(table)];
}

async function backUp(
  table: string,
  options: BackupOptions,
  { client, abortSignal, onProgress }: Context,
): Promise<Outcome> {
  const { directory, segments, concurrency, gzip, consistent, resume, keep } = options;
  const result = await backUpTable({
    client,
    table,
    directory,
    segments,
    concurrency,
    gzip,
    consistent,
    maxReadUnits: options['max-read-units'],
    resume,
    keep,
    abortSignal,
    onProgress,
  });
  const { file, items, bytes, seconds, kept, resumed, farFewerThan } = result;
  return {
    result,
    lines: [
      `${table}: ${count(items, 'item')}, ${size(bytes)} in ${duration(seconds)}${resumed ? ', continued' : ''}`,
      `  to ${file}`,
      ...kept.map((earlier) => `  earlier backup: ${earlier}`),
    ],
    warning:
      farFewerThan === undefined
        ? undefined
        : `Table ${table} has ${count(items, 'item')} now, far fewer than the ${number(farFewerThan.items)} of ` +
          `${farFewerThan.file}, which stays until it is removed by hand.`,
  };
}

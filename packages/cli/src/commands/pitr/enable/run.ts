import { TableNotFoundError } from '@cumulus/dynamodb/aws';
import { describeProtection, enableProtection } from '@cumulus/dynamodb/recovery';
import type { Context, Outcome, Task } from '../../../command.ts';
import { missingTable } from '../../tables/missing-table.ts';
import { expectedTables } from '../expected-tables.ts';
import type { EnableOptions } from './options.ts';

export async function runEnable(options: EnableOptions, context: Context): Promise<readonly Task[]> {
  const tables = await expectedTables(options);
  const chosen = options.table === undefined ? tables.filter(({ wanted }) => wanted === true) : tables;
  return chosen.map(({ table }) => ({ table, run: async () => [await protect(table, options, context)] }));
}

async function protect(table: string, options: EnableOptions, context: Context): Promise<Outcome> {
  const { client, abortSignal } = context;
  const dryRun = options['dry-run'] === true;
  try {
    const { enabled } = await describeProtection(client, table, abortSignal);
    if (!enabled && !dryRun) await enableProtection(client, table, abortSignal);
    const said = enabled ? 'is protected already' : dryRun ? 'would be protected' : 'protected from now on';
    return {
      result: { table, dryRun, changed: !enabled && !dryRun, protected: enabled || !dryRun },
      lines: [`${table}: ${said}`],
    };
  } catch (error) {
    if (error instanceof TableNotFoundError) return missingTable(table, context, options.table === undefined);
    throw error;
  }
}

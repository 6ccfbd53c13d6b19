import { TableNotFoundError } from '@cumulus/dynamodb/aws';
import { describeProtection, disableProtection, type Protection } from '@cumulus/dynamodb/recovery';
import type { Context, Outcome, Task } from '../../../command.ts';
import { zonedTime } from '../../../output/format.ts';
import { missingTable } from '../../tables/missing-table.ts';
import { expectedTables } from '../expected-tables.ts';
import type { DisableOptions } from './options.ts';

/** A table; its protection is undefined if it does not exist. */
interface FoundTable {
  readonly table: string;
  readonly protection: Protection | undefined;
}

export async function runDisable(options: DisableOptions, context: Context): Promise<readonly Task[]> {
  const tables = await Promise.all((await expectedTables(options)).map(({ table }) => find(table, context)));
  const concerned = tables.filter(({ protection }) => protection?.enabled === true);
  const question = `End the protection of ${concerned.map(describeLoss).join(', ')}, and throw their history away for good?`;
  await context.confirm(() => (concerned.length === 0 ? undefined : question), 'Nothing was changed.');
  return tables.map((table) => ({
    table: table.table,
    run: async () => [await endProtection(table, options, context)],
  }));
}

async function find(table: string, { client, abortSignal }: Context): Promise<FoundTable> {
  try {
    return { table, protection: await describeProtection(client, table, abortSignal) };
  } catch (error) {
    if (error instanceof TableNotFoundError) return { table, protection: undefined };
    throw error;
  }
}

async function endProtection(
  { table, protection }: FoundTable,
  options: DisableOptions,
  context: Context,
): Promise<Outcome> {
  if (protection === undefined) return missingTable(table, context, options.table === undefined);
  const dryRun = options['dry-run'] === true;
  const { enabled } = protection;
  if (enabled && !dryRun) await disableProtection(context.client, table, context.abortSignal);
  const said = enabled
    ? `${dryRun ? 'would no longer be protected' : 'no longer protected'}, its history ${dryRun ? 'would be gone' : 'is gone'}`
    : 'was not protected';
  return {
    result: { table, dryRun, changed: enabled && !dryRun, protected: enabled && dryRun },
    lines: [`${table}: ${said}`],
  };
}

/** `prod-GranulesTable (since 2026-11-01T00:00:00Z)` */
function describeLoss({ table, protection }: FoundTable): string {
  const since = protection?.window?.earliest;
  return since === undefined ? table : `${table} (since ${zonedTime(since)})`;
}

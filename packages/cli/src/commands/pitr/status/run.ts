import { TableNotFoundError } from '@cumulus/dynamodb/aws';
import { describeProtection } from '@cumulus/dynamodb/recovery';
import type { Context, Outcome, Task } from '../../../command.ts';
import { count, zonedTime } from '../../../output/format.ts';
import { missingTable } from '../../tables/missing-table.ts';
import { type ExpectedTable, expectedTables } from '../expected-tables.ts';
import type { StatusOptions } from './options.ts';

export async function runStatus(options: StatusOptions, context: Context): Promise<readonly Task[]> {
  const tables = await expectedTables(options);
  return tables.map((table) => ({
    table: table.table,
    run: async () => [await statusOf(table, options.table === undefined, context)],
  }));
}

async function statusOf({ table, wanted }: ExpectedTable, isOfDeployment: boolean, context: Context): Promise<Outcome> {
  try {
    const { enabled, window, periodInDays } = await describeProtection(context.client, table, context.abortSignal);
    const isLacking = wanted === true && !enabled;
    return {
      result: {
        table,
        protected: enabled,
        wanted: wanted ?? null,
        earliestRestorable: window?.earliest.toISOString() ?? null,
        latestRestorable: window?.latest.toISOString() ?? null,
        periodInDays: periodInDays ?? null,
      },
      lines: [
        enabled
          ? [
              `${table}: protected`,
              ...(window === undefined || window.latest < window.earliest
                ? ['for some minutes only: it cannot be restored to any time yet']
                : [`can be restored to ${zonedTime(window.earliest)} until ${zonedTime(window.latest)}`]),
              ...(periodInDays === undefined ? [] : [`window of ${count(periodInDays, 'day')}`]),
              ...(wanted === false ? ['though it need not be'] : []),
            ].join(', ')
          : `${table}: not protected${isLacking ? ', and should be' : wanted === false ? ', and need not be' : ''}`,
      ],
      failure: isLacking
        ? [
            `Table ${table} should be protected by point-in-time recovery, and is not.`,
            `Protect it: cumulus-api pitr enable --table ${table}`,
          ].join('\n  ')
        : undefined,
    };
  } catch (error) {
    if (error instanceof TableNotFoundError) return missingTable(table, context, isOfDeployment);
    throw error;
  }
}

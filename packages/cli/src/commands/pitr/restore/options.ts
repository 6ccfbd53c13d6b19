import type { CommandOptions } from '../../../command.ts';
import { deploymentPrefix, flag, tableName, text } from '../../../options/kinds.ts';
import { pastTime } from '../../../options/time-kinds.ts';
import { UsageError } from '../../../usage-error.ts';
import { dryRun } from '../options.ts';

export const options = {
  table: tableName({ describe: 'The table to restore' }),
  to: tableName({ describe: 'The table to create' }),
  prefix: deploymentPrefix({ describe: 'Instead: all protected tables of this prefix' }),
  'to-prefix': text({ valueName: 'PREFIX', describe: 'The prefix of the tables to create' }),
  at: pastTime({ describe: 'The time, such as 2026-01-31T12:00:00Z or "2 hours ago"' }),
  latest: flag({ describe: 'The latest possible time, about five minutes ago' }),
  'no-wait': flag({ describe: 'Do not wait; repeat the command to finish' }),
  'dry-run': dryRun,
};

export type RestoreOptions = CommandOptions<typeof options>;

/** Of a table, or of a deployment. */
export const alternatives = [
  ['table', 'prefix'],
  ['table', 'to-prefix'],
  ['to', 'prefix'],
  ['to', 'to-prefix'],
  ['at', 'latest'],
] as const;

export function check({ table, to, prefix, 'to-prefix': toPrefix, at, latest }: RestoreOptions): void {
  const isOfTable = table !== undefined && to !== undefined && prefix === undefined && toPrefix === undefined;
  const isOfPrefix = prefix !== undefined && toPrefix !== undefined && table === undefined && to === undefined;
  if (!isOfTable && !isOfPrefix) {
    throw new UsageError('pitr restore takes --table with --to, or --prefix with --to-prefix');
  }
  if ((at === undefined) === !latest) throw new UsageError('pitr restore takes one of --at and --latest');
  if (isOfTable && table === to)
    throw new UsageError('--to takes another name than --table: a restore makes a new table');
  if (isOfPrefix && !/^[\w.-]{1,234}$/.test(toPrefix)) {
    throw new UsageError(
      `--to-prefix takes up to 234 letters, digits, dots, hyphens and underscores, not "${toPrefix}"`,
    );
  }
  if (isOfPrefix && prefix === toPrefix) throw new UsageError('--to-prefix takes another prefix than --prefix');
}

import type { CommandOptions } from '../../../command.ts';
import { confirmation } from '../../../options/confirmation.ts';
import { keepCount, keepWithin } from '../../../options/keep-options.ts';
import { flag } from '../../../options/kinds.ts';
import { UsageError } from '../../../usage-error.ts';
import { folderOptions } from '../options.ts';

export const options = {
  ...folderOptions,
  'keep-last': keepCount('Keep the newest N'),
  'keep-hourly': keepCount('Keep the newest of each of the last N hours that have a backup'),
  'keep-daily': keepCount('Keep the newest of each of the last N days that have a backup'),
  'keep-weekly': keepCount('Keep the newest of each of the last N weeks that have a backup'),
  'keep-monthly': keepCount('Keep the newest of each of the last N months that have a backup'),
  'keep-yearly': keepCount('Keep the newest of each of the last N years that have a backup'),
  'keep-within': keepWithin('Keep all from this time before the newest, such as 35d or 1y6m (m: months)'),
  ...confirmation,
  'dry-run': flag({ describe: 'Show what would be kept and removed, and why, and change nothing' }),
};

export type ForgetOptions = CommandOptions<typeof options>;

const RULES = [
  'keep-last',
  'keep-hourly',
  'keep-daily',
  'keep-weekly',
  'keep-monthly',
  'keep-yearly',
  'keep-within',
] as const;

export function check(chosen: ForgetOptions): void {
  if (chosen.table === undefined && chosen.prefix === undefined) {
    throw new UsageError('backups forget takes --table or --prefix');
  }
  if (RULES.every((rule) => chosen[rule] === undefined)) {
    throw new UsageError('backups forget takes at least one rule of what to keep, such as --keep-daily 7');
  }
}

import type { CommandOptions } from '../../../command.ts';
import { confirmation } from '../../../options/confirmation.ts';
import { identityOption, recipientOption } from '../../../options/encryption-options.ts';
import { keepCount, keepWithin } from '../../../options/keep-options.ts';
import { flag } from '../../../options/kinds.ts';
import type { RawValues } from '../../../options/option.ts';
import { checkS3Options, lockedOnlyInS3, onlyToS3, s3FileOptions, s3LockOptions } from '../../../options/s3-options.ts';
import { UsageError } from '../../../usage-error.ts';
import { requireArchive, tablesOptions } from '../options.ts';

export const options = {
  ...tablesOptions,
  'keep-within': keepWithin('Keep every second from this time before the last on, such as 35d or 1y6m (m: months)'),
  'keep-hourly': keepCount('Keep the last second of each of the last N hours that have one'),
  'keep-daily': keepCount('Keep the last second of each of the last N days that have one'),
  'keep-weekly': keepCount('Keep the last second of each of the last N weeks that have one'),
  'keep-monthly': keepCount('Keep the last second of each of the last N months that have one'),
  'keep-yearly': keepCount('Keep the last second of each of the last N years that have one'),
  ...confirmation,
  ...identityOption,
  ...recipientOption,
  ...s3FileOptions,
  ...s3LockOptions,
  'dry-run': flag({ describe: 'Show what would be kept and removed, and why, and change nothing' }),
};

const isInS3 = ({ archive }: RawValues): boolean => String(archive).startsWith('s3://');

export const appliesIf = { ...onlyToS3(isInS3), ...lockedOnlyInS3(isInS3) };

export type PruneOptions = CommandOptions<typeof options>;

const RULES = ['keep-within', 'keep-hourly', 'keep-daily', 'keep-weekly', 'keep-monthly', 'keep-yearly'] as const;

/** @throws UsageError */
export function check(chosen: PruneOptions): void {
  const archive = requireArchive(chosen);
  checkS3Options(chosen, archive.startsWith('s3://') ? undefined : '--archive s3://BUCKET/PREFIX');
  if (RULES.every((rule) => chosen[rule] === undefined)) {
    throw new UsageError('archive prune takes at least one rule of what to keep, such as --keep-within 35d');
  }
}

import { checkSource, sourceAlternatives, sourceAppliesIf, sourceOptions } from '../../backup-source/options.ts';
import type { CommandOptions } from '../../command.ts';
import { confirmation } from '../../options/confirmation.ts';
import { file, flag, onOff, texts } from '../../options/kinds.ts';
import { isGiven, type RawValues, typedOnly } from '../../options/option.ts';
import { checkTarget, targetOptions, writeOptions } from '../../options/restore-options.ts';
import { UsageError } from '../../usage-error.ts';

export const options = {
  ...sourceOptions,
  ...targetOptions,
  changes: flag({
    describe: 'Apply an incremental export: put and delete its items; asks first',
  }),
  keys: typedOnly(
    file({ describe: 'Restore only the items with the keys in this file, lines of JSON; - for standard input' }),
  ),
  where: typedOnly(
    texts({ valueName: 'FILTER', describe: 'Restore only items that meet this: status=failed; several may be given' }),
  ),
  ...writeOptions,
  ...confirmation,
  resume: onOff({ describe: 'Continue where an interrupted restore stopped' }),
  'set-aside': file({ describe: 'Write lines that DynamoDB refuses to this new file, and continue' }),
  verify: onOff({ describe: 'Compare the table with the file afterwards' }),
  'dry-run': flag({ describe: 'Do all checks, show what would be written, and write nothing' }),
};

export type RestoreOptions = CommandOptions<typeof options>;

export const alternatives = [...sourceAlternatives, ['overwrite', 'skip-existing'], ['keys', 'where']] as const;

export const appliesIf = { ...sourceAppliesIf, 'set-aside': ({ file }: RawValues): boolean => isGiven(file) };

export function check(chosen: RestoreOptions): void {
  const { file, table, directory, prefix, overwrite, resume } = chosen;
  checkSource(chosen);
  if (file !== undefined && table === undefined) throw new UsageError('restore FILE takes --table');
  if (directory !== undefined && prefix === undefined) throw new UsageError('restore --directory takes --prefix');
  checkTarget(chosen);
  if (chosen.changes && (chosen['create-table'] || overwrite || chosen['skip-existing'])) {
    throw new UsageError(
      '--changes applies to a table that is there; --create-table, --overwrite and --skip-existing do not go with it',
    );
  }
  if (chosen.changes && directory !== undefined) throw new UsageError('--changes goes with FILE, not with --directory');
  if (directory !== undefined && chosen['set-aside'] !== undefined) {
    throw new UsageError('--set-aside goes with FILE, not with --directory');
  }
  const part = chosen.keys !== undefined ? '--keys' : chosen.where !== undefined ? '--where' : undefined;
  if (part !== undefined && (directory !== undefined || chosen.changes)) {
    throw new UsageError(`${part} goes with FILE, not with ${chosen.changes ? '--changes' : '--directory'}`);
  }
  if (file === '-' && chosen.keys === '-') throw new UsageError('Standard input can be either FILE or --keys');
  if (file === '-' && resume) throw new UsageError('--resume takes a FILE, not standard input');
}

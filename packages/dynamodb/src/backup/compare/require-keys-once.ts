import { CorruptBackupError } from '../errors.ts';
import type { BackupSource } from '../read/backup-source.ts';

/**
 * Makes sure that a backup that a manifest proves has each key once, as every table has.
 * @param superseded how many of its lines a later line of the same key replaces
 * @throws CorruptBackupError
 */
export function requireKeysOnce({ provable, name }: BackupSource, superseded: number): void {
  if (!provable || superseded === 0) return;
  throw new CorruptBackupError(
    `${name} has ${superseded} ${superseded === 1 ? 'line' : 'lines'} whose key comes again, and no table has a key twice.`,
    [
      'A page was read more than once, so that its number of items is wrong. Back the table up again, from the beginning.',
    ],
    undefined,
    { isReadTwice: true },
  );
}

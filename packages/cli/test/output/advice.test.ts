import { type CumulusError, InterruptedError, TableNotFoundError, ThrottledError } from '@cumulus/dynamodb/aws';
import { StoppedError, TargetNotEmptyError } from '@cumulus/dynamodb/backup';
import { BackupNotReadyError, NotProtectedError } from '@cumulus/dynamodb/recovery';
import { ResumeMismatchError } from '@cumulus/dynamodb/storage';
import { describe, expect, test } from '@jest/globals';
import type { ChosenCommand } from '../../src/command.ts';
import { COMMANDS } from '../../src/commands/index.ts';
import { adviceOn } from '../../src/output/advice.ts';
import { parse } from '../../src/parse.ts';

function command(commandLine: string): ChosenCommand {
  const chosen = parse(commandLine.split(' '), COMMANDS);
  if (typeof chosen === 'string') throw new TypeError(chosen);
  return chosen;
}

const BACKUP = command('backup --table T-1');
const RESTORE = command('restore a.json --table T-1');
const THROTTLED = new ThrottledError('Throttled.');
const ARN = 'arn:aws:dynamodb:us-east-1:123456789012:table/T-1/backup/01';

describe('advice on options and commands follows from an error’s code and data', () => {
  test.each<[string, ChosenCommand, CumulusError, readonly RegExp[]]>([
    ['a backup that stopped', BACKUP, new StoppedError('No.', [], undefined, 'continue'), [/--resume/]],
    ['an upload that stopped', BACKUP, new StoppedError('No.', [], undefined, 'start again'), []],
    ['a restore to begin again', RESTORE, new StoppedError('No.', [], undefined, 'start again'), [/--overwrite/]],
    ['a refused line', RESTORE, new StoppedError('No.', [], undefined, 'mend the line'), [/--set-aside FILE/]],
    ['work that stopped elsewhere', BACKUP, new InterruptedError('No.'), []],
    ['what stopped for throttling', RESTORE, new StoppedError('No.', [], THROTTLED), [/--max-write-units/]],
    ['throttling', BACKUP, THROTTLED, [/--max-read-units/]],
    ['throttling of a command without limits', command('tables list --prefix p'), THROTTLED, []],
    ['another backup', BACKUP, new ResumeMismatchError('No.'), [/without --resume/]],
    ['another restore', RESTORE, new ResumeMismatchError('No.'), [/--overwrite/]],
    ['a table with items', RESTORE, new TargetNotEmptyError(false, 'No.', []), [/--overwrite.*--skip-existing/]],
    ['a half-filled table', RESTORE, new TargetNotEmptyError(true, 'No.', []), [/continue it with --resume/]],
    ['no table', RESTORE, new TableNotFoundError('T-1', 'here'), [/--create-table/]],
    [
      'tables without recovery',
      command('export --table T-1 T-2 --to s3://bucket'),
      new NotProtectedError(['T-1', 'T-2'], 'No.', []),
      [/cumulus-api pitr enable --table T-1 T-2/, /cumulus-api on-demand list/],
    ],
    [
      'a backup that is being made',
      command(`on-demand restore --backup ${ARN} --to T-2`),
      new BackupNotReadyError(ARN, 'No.', []),
      [/on-demand describe --backup arn:aws/],
    ],
  ])('%s', (_, chosen, error, expected) => {
    expect(adviceOn(error, chosen)).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
  });

  test('of an error of another kind there is none', () => {
    expect(adviceOn(new TypeError('unexpected'), BACKUP)).toEqual([]);
  });
});

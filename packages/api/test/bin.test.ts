import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';

const { bin, version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const command = fileURLToPath(new URL(`../${bin['cumulus-api']}`, import.meta.url));
const runCommand = (...argv: string[]) => promisify(execFile)(process.execPath, [command, ...argv]);

describe('the command cumulus-api', () => {
  test('is the command line of @cumulus/cli, with this version and its exit status', async () => {
    expect(await runCommand('--version')).toEqual({ stdout: `${version}\n`, stderr: '' });
    await expect(runCommand('no-such-command')).rejects.toMatchObject({ code: 2, stdout: '' });
  });
});

describe('@cumulus/api', () => {
  test('gives a script the command, and its packages what the command does', async () => {
    expect(await import('@cumulus/api')).toMatchObject({ run: expect.any(Function) });
    expect(await import('@cumulus/dynamodb/backup')).toMatchObject({
      backUpTable: expect.any(Function),
      restoreTable: expect.any(Function),
      verifyBackup: expect.any(Function),
    });
  });
});

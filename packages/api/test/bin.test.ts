import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';

const { bin, version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const command = fileURLToPath(new URL(`../${bin['cumulus-api']}`, import.meta.url));
/** Has Node name each file that it loads in a line of standard error. */
const hooks = `export const load = (url, context, next) => (process._rawDebug('loads ' + url), next(url, context));`;
const nameFiles = `data:text/javascript,${encodeURIComponent(`
import { register } from 'node:module';
register('data:text/javascript,' + ${JSON.stringify(encodeURIComponent(hooks))});
`)}`;
const runCommand = (...argv: string[]) => promisify(execFile)(process.execPath, [command, ...argv]);

describe('the command cumulus-api', () => {
  test('is the command line of @cumulus/cli, with this version and its exit status', async () => {
    expect(await runCommand('--version')).toEqual({ stdout: `${version}\n`, stderr: '' });
    await expect(runCommand('no-such-command')).rejects.toMatchObject({ code: 2, stdout: '' });
  });

  test.each([
    ['restore', ['no-such-file.json', '--table', 'new-PdrsTable']],
    ['verify', ['no-such-file.json']],
  ])('loads few files for %s', async (name, args) => {
    const run = promisify(execFile)(process.execPath, ['--import', nameFiles, command, name, ...args]);
    const { stderr } = await run.catch((error: { readonly stderr: string }) => error);
    const files = stderr.match(/(?<=^loads file:.*\/)[^/]+\.js$/gm) ?? [];
    expect(files).toEqual(expect.arrayContaining(['cumulus-api.js', 'main.js', 'index.js']));
    expect(files.filter((file) => file.startsWith('run-'))).not.toEqual([]);
    expect(files.length).toBeLessThan(30);
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

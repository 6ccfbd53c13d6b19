import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';

const BIN = fileURLToPath(new URL('../../bin/cumulus-api.js', import.meta.url));

/** Runs the bin, with a line for each module that Node loads. */
async function loading(...argv: string[]) {
  const env = { ...process.env, NODE_DEBUG: 'esm' };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [BIN, ...argv], { env, maxBuffer: 2 ** 26 });
  return {
    stdout,
    modules: new Set(stderr.match(/file:\/\/[^\s'"]+\.[cm]?js/g)?.map((url) => url.replace(/.*\//, ''))),
  };
}

describe('the bin loads', () => {
  test.each(['--help', '--version'])('two files for %s', async (option) => {
    const { stdout, modules } = await loading(option);
    expect(stdout).toMatch(option === '--help' ? /cumulus-api serve/ : /^\d+\.\d+\.\d+/);
    expect(modules).toEqual(new Set(['cumulus-api.js', 'main.js']));
  });

  test('no AWS SDK to find out that a command line is wrong', async () => {
    const failed = await loading('backup', '--tabel', 'x').catch((error: { code: number; stderr: string }) => error);
    expect(failed).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean --table or --tables?') });
    expect(failed).toMatchObject({ stderr: expect.not.stringContaining('run-command') });
  });
});

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream, writeFileSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { countItems } from '@cumulus/test-kit/tables';
import { expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiJson, start } from '../cumulus-api.ts';
import { granules, Scratch, untilInDirectory } from '../scratch.ts';

const scratch = new Scratch();

function pipe(): string {
  const path = scratch.path('pipe');
  execFileSync('mkfifo', [path]);
  return path;
}

test('a backup comes by a named pipe, as by the shell’s <(command)', async () => {
  const table = await scratch.table(scratch.prefix(), 'GranulesTable');
  const file = pipe();
  const writer = createWriteStream(file);
  for (const item of granules(5)) writer.write(`${JSON.stringify(item)}\n`);
  const restored = cumulusApiJson(['restore', file, '--table', table]);
  writer.end();
  await finished(writer);
  expect(await restored).toMatchObject({ code: 0, result: { file, items: 5, proved: false } });
  expect(await countItems(table)).toBe(5);
});

test.each(['SIGTERM', 'SIGINT'] as const)('a pipe that nobody writes to is waited for until %s', async (signal) => {
  const { process, ended } = start(['verify', pipe()], { environment: { TMPDIR: scratch.directory } });
  await untilInDirectory(scratch.directory, '.cumulus-');
  process.kill(signal);
  const code = signal === 'SIGTERM' ? 143 : 130;
  expect(await ended).toMatchObject({ code, stderr: 'cumulus-api: verify was interrupted.\n' });
});

test.each(['/dev/zero', '/dev/null'])('%s is no backup', async (file) => {
  const { code, stderr } = await cumulusApi(['verify', file]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`${file} is not a regular file.`) });
});

test('a gzip file of many chunks is read without a warning of Node’s', async () => {
  const file = scratch.path('large.json.gz');
  const lines = Array.from({ length: 5_000 }, () => `{"granuleId":"${randomBytes(750).toString('base64')}"}\n`);
  writeFileSync(file, gzipSync(lines.join('')));
  const { code, stderr } = await cumulusApi(['verify', file]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('Warning') });
});

import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { confirm } from '../../src/terminal/confirm.ts';
import type { Io } from '../../src/terminal/io.ts';
import { UsageError } from '../../src/usage-error.ts';

function terminal(): Io & { readonly stdin: PassThrough; readonly stderr: PassThrough } {
  const stream = () => Object.assign(new PassThrough(), { isTTY: true });
  return { stdin: stream(), stdout: stream(), stderr: stream() };
}

test.each([
  ['yes\n', true],
  ['Y\n', true],
  ['no\n', false],
  ['\n', false],
  ['yesterday\n', false],
])('%j is taken for %p', async (answer, isYes) => {
  const io = terminal();
  const asked = confirm('Delete it?', io, new AbortController().signal);
  io.stdin.write(answer);
  expect(await asked).toBe(isYes);
  io.stderr.end();
  expect(await text(io.stderr)).toBe('Delete it? (yes/no) ');
});

test('the end of the input is no yes', async () => {
  const io = terminal();
  const asked = confirm('Delete it?', io, new AbortController().signal);
  io.stdin.end();
  expect(await asked).toBe(false);
});

test('an interruption ends the question', async () => {
  const interruption = new AbortController();
  const asked = confirm('Delete it?', terminal(), interruption.signal);
  interruption.abort();
  await expect(asked).rejects.toThrow();
});

test('without a terminal it takes --yes', async () => {
  const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  await expect(confirm('Delete it?', io, new AbortController().signal)).rejects.toThrow(UsageError);
});

import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { run } from '../../src/run.ts';

/** What is written to it is lost for this reason. */
function losing(code: string): Writable {
  const error = Object.assign(new Error(`${code}: no luck, write`), { code });
  return new Writable({ write: (_chunk, _encoding, done) => done(error) });
}

test.each([
  [
    'of a full disk is a failure that is said',
    'ENOSPC',
    1,
    'cumulus-api: The output could not be written: ENOSPC: no luck, write\n',
  ],
  ['of a reader that went away is none', 'EPIPE', 0, ''],
])('the loss %s', async (_what, code, exitStatus, said) => {
  const io = { stdin: new PassThrough(), stdout: losing(code), stderr: new PassThrough() };
  expect(await run(['completion', 'bash'], io)).toBe(exitStatus);
  io.stderr.end();
  expect(await text(io.stderr)).toBe(said);
});

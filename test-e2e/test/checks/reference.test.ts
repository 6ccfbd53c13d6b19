import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const SCRIPT = join(import.meta.dirname, '../../../site/write-reference.mjs');

test('each generated reference is what the sources make; npm run reference brings it up to date', async () => {
  const stale = await promisify(execFile)(process.execPath, [SCRIPT, '--check']).then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }) => `${stdout}${stderr}`,
  );
  expect(stale).toBe('');
});

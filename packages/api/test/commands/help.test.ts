import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const BIN = fileURLToPath(new URL('../../bin/cumulus-api.js', import.meta.url));

test('the bin shows its help, of these commands too, without loading the AWS SDK', async () => {
  const env = { ...process.env, NODE_DEBUG: 'esm' };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [BIN, '--help'], { env, maxBuffer: 2 ** 26 });
  expect(stdout).toContain('cumulus-api serve');
  expect(stderr).toContain('cumulus-api.js');
  expect(stderr).not.toContain('client-dynamodb');
});

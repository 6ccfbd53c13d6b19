import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const PACKAGES = join(import.meta.dirname, '../../../packages');

test.each(['api', 'cli', 'dynamodb'])('the version in the sources of %s is that of the package', async (name) => {
  const { version } = JSON.parse(await readFile(join(PACKAGES, name, 'package.json'), 'utf8'));
  const source = await readFile(join(PACKAGES, name, 'src/version.ts'), 'utf8');
  expect(source).toContain(`export const VERSION = '${version}';`);
});

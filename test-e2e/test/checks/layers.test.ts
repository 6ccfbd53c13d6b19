import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ownFolder } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';

const REPOSITORY = join(import.meta.dirname, '../../..');
const folder = ownFolder();

/** What the check says of a repository with the packages of this one, and these files in them. */
async function check(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(folder, 'repository-'));
  for (const name of await readdir(join(REPOSITORY, 'packages'))) {
    await mkdir(join(root, 'packages', name, 'src'), { recursive: true });
  }
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, 'packages', name)), { recursive: true });
    await writeFile(join(root, 'packages', name), text);
  }
  const script = join(REPOSITORY, 'scripts/check-layers.mjs');
  return promisify(execFile)(process.execPath, [script, root]).then(
    ({ stdout }) => `passed\n${stdout}`,
    ({ code, stdout }) => `exit ${code}\n${stdout}`,
  );
}

describe('the check of the layers', () => {
  test.each([
    ['an import', `import { copy } from '../recovery/copy.ts';`],
    ['an import of a type', `import type { Copy } from '../recovery/copy.ts';`],
    ['an export of what another exports', `export * from '../recovery/copy.ts';`],
    ['an import on demand', `export const copy = () => import('../recovery/copy.ts');`],
  ])('refuses %s from a folder above', async (_, text) => {
    expect(await check({ 'dynamodb/src/aws/client.ts': text })).toBe(
      'exit 1\npackages/dynamodb/src/aws/client.ts: aws does not stand on recovery, and may not import ../recovery/copy.ts\n',
    );
  });

  test('refuses the type of an import expression, which other rules overlook', async () => {
    expect(await check({ 'dynamodb/src/aws/client.ts': `export type Copy = import('./copy.ts').Copy;` })).toBe(
      'exit 1\npackages/dynamodb/src/aws/client.ts: import the type of ./copy.ts at the top\n',
    );
  });

  test('refuses a folder beside it, a module of another kind of work, and a folder that has no place', async () => {
    expect(await check({ 'dynamodb/src/storage/disk.ts': `import '../items/key.ts';` })).toContain('exit 1');
    expect(await check({ 'models/src/lists/list.ts': `import 'node:fs/promises';` })).toContain('exit 1');
    expect(await check({ 'api/src/more/more.ts': '' })).toBe(
      'exit 1\npackages/api/src/more/more.ts: more has no line in scripts/layers.mjs\n',
    );
  });

  test('refuses a package that has no layers', async () => {
    expect(await check({ 'more/src/index.ts': '' })).toBe(
      'exit 1\npackages/more: has no layers in scripts/layers.mjs\n',
    );
  });

  test('takes imports from the folder itself, from all under it, and from packages', async () => {
    const text = `import '../aws/client.ts'; import './find.ts'; import 'node:fs'; export type S = typeof import('node:os');`;
    expect(await check({ 'dynamodb/src/recovery/copy.ts': text })).toBe('passed\n');
  });
});

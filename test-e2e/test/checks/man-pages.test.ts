import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeUnless } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { isOnPath } from '../terraform/available.ts';

const PACKAGE = join(import.meta.dirname, '../../../packages/api');
const pages = await readdir(join(PACKAGE, 'dist/man'));

const run = promisify(execFile);

test('npm installs each man page that the build makes', async () => {
  const { man } = JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8')) as { man: readonly string[] };
  expect(man).toEqual(pages.map((page) => `./dist/man/${page}`).sort());
});

describeUnless(isOnPath('man') ? undefined : 'needs man: apt-get install man-db', 'the man pages', () => {
  test('have no mistake that groff warns of', async () => {
    const args = ['-man', '-Kutf8', '-Tutf8', '-ww', '-z', ...pages];
    expect(await run('groff', args, { cwd: join(PACKAGE, 'dist/man') })).toEqual({ stdout: '', stderr: '' });
  });

  test('show options, values and examples as they are typed', async () => {
    const env = { ...process.env, LC_ALL: 'C.UTF-8', MANWIDTH: '120', MANOPT: '' };
    const page = join(PACKAGE, 'dist/man/cumulus-api-pitr-restore.1');
    const { stdout: text } = await run('man', ['--local-file', page], { env });
    expect(text).toContain('cumulus-api-pitr-restore - ');
    expect(text).toMatch(/^ +--to-prefix PREFIX$/m);
    expect(text).toContain(
      '  cumulus-api pitr restore --table prod-GranulesTable --to prod-GranulesTable-restored --at "2 hours ago"\n',
    );
    expect(text).toContain('cumulus-api-pitr(1)');
  });
});

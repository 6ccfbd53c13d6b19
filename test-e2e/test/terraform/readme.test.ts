import { execFile } from 'node:child_process';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describeUnless, ownFolder } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { isOnPath } from './available.ts';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));
const MODULES = join(REPOSITORY, 'tf-modules');
const BUNDLE = 'node_modules/@cumulus/api/dist/lambda/bundle';

describeUnless(isOnPath('zip') && isOnPath('unzip') ? undefined : 'needs zip and unzip', 'the functions’ file', () => {
  const folder = ownFolder();

  test('is made by what the README and docs/how-to/deploy-api.md say, and has the handlers that the module deploys', async () => {
    const lines = (text: string): readonly string[] =>
      text.match(/^ *(?:touch|TZ=UTC zip) .*$/gm)?.map((line) => line.trim()) ?? [];
    const commands = lines(await readFile(join(MODULES, 'metadata-api/README.md'), 'utf8'));
    expect(commands).toHaveLength(2);
    expect(lines(await readFile(join(REPOSITORY, 'docs/how-to/deploy-api.md'), 'utf8'))).toEqual(commands);

    await mkdir(join(folder, BUNDLE), { recursive: true });
    await cp(join(REPOSITORY, 'packages/api/dist/lambda/bundle'), join(folder, BUNDLE), { recursive: true });
    const shell = promisify(execFile);
    await shell('sh', ['-ec', commands.join('\n')], { cwd: folder });
    const { stdout } = await shell('unzip', ['-Z1', 'functions.zip'], { cwd: folder });
    const files = stdout.trim().split('\n');
    for (const file of ['functions.tf', 'api.tf', 'counts.tf', 'operations.tf', 'recording.tf', 'rules.tf']) {
      const text = await readFile(join(MODULES, 'metadata-api', file), 'utf8');
      for (const [, name] of text.matchAll(/handler += "([\w-]+)\.\w+"/g)) expect(files).toContain(`${name}.mjs`);
    }
    expect(files).toContain('THIRD-PARTY-LICENSES.txt');

    // Again, later: Terraform would take other bytes for other code.
    const first = await readFile(join(folder, 'functions.zip'));
    await shell('sh', ['-ec', `rm functions.zip\ntouch ${BUNDLE}/*\n${commands.join('\n')}`], { cwd: folder });
    expect(first.equals(await readFile(join(folder, 'functions.zip')))).toBe(true);
  });
});

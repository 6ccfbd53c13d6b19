import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describeUnless, ownFolder } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import { isOnPath } from './available.ts';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));
const MODULES = join(REPOSITORY, 'tf-modules');
const BUNDLE = 'node_modules/@cumulus/api/dist/lambda/bundle';

describe.each(await modulesWithReadme())('the README of the module %s', (module) => {
  test.each(['variable', 'output'])('lists each %s by its name, and no others', async (kind) => {
    const declared = [...(await ownFilesOf(module)).matchAll(new RegExp(`^${kind} "(\\w+)"`, 'gm'))];
    const readme = await readFile(join(MODULES, module, 'README.md'), 'utf8');
    const [, section = ''] = readme.split(kind === 'variable' ? '## Inputs\n' : '## Outputs\n');
    const [rows = ''] = section.split('\n## ');
    // Several that are alike may share a row.
    const listed = [...rows.matchAll(/^\| (\w+(?:, \w+)*) \|/gm)].flatMap(([, names = '']) => names.split(', '));
    expect(listed.filter((name) => name !== 'Name').sort()).toEqual(declared.map(([, name]) => name).sort());
  });
});

describeUnless(isOnPath('zip') && isOnPath('unzip') ? undefined : 'needs zip and unzip', 'the functions’ file', () => {
  const folder = ownFolder();

  test('is made by what the README and docs/how-to/deploy.md say, and has the handlers that the module deploys', async () => {
    const lines = (text: string): readonly string[] =>
      text.match(/^ *(?:touch|TZ=UTC zip) .*$/gm)?.map((line) => line.trim()) ?? [];
    const commands = lines(await readFile(join(MODULES, 'metadata-api/README.md'), 'utf8'));
    expect(commands).toHaveLength(2);
    expect(lines(await readFile(join(REPOSITORY, 'docs/how-to/deploy.md'), 'utf8'))).toEqual(commands);

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

async function modulesWithReadme(): Promise<readonly string[]> {
  return (await readdir(MODULES)).filter((name) => existsSync(join(MODULES, name, 'README.md')));
}

/** What is in the files of a module but for those that are links to another's, which has them in its README. */
async function ownFilesOf(module: string): Promise<string> {
  const entries = await readdir(join(MODULES, module), { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.tf')).map(({ name }) => name);
  return (await Promise.all(files.map((file) => readFile(join(MODULES, module, file), 'utf8')))).join('\n');
}

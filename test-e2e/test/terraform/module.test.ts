import { existsSync, readdirSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describeUnless } from '@cumulus/test-kit';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { whyNoTerraform } from './available.ts';
import { MODULE } from './deployment.ts';
import { Terraform } from './terraform.ts';

const MODULES = join(MODULE, '..');
const EXAMPLES = existsSync(join(MODULE, 'examples')) ? readdirSync(join(MODULE, 'examples')).sort() : [];

describeUnless(await whyNoTerraform(), 'the modules as they are written', () => {
  // A copy, since Terraform writes beside what it reads.
  let copy: string;

  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'cumulus-e2e-modules-'));
    await cp(MODULES, copy, { recursive: true, filter: (path) => !basename(path).startsWith('.terraform') });
  });
  afterAll(() => rm(copy, { recursive: true }));

  test('are formatted as Terraform formats', async () => {
    const { code, stdout, stderr } = await new Terraform(copy).run('fmt', '-check', '-recursive', '-diff');
    expect(stdout + stderr).toBe('');
    expect(code).toBe(0);
  });

  test('come with two examples at least', () => {
    expect(EXAMPLES.length).toBeGreaterThanOrEqual(2);
  });

  test('find the provider that they ask for, which `terraform init` installs', async () => {
    const terraform = new Terraform(await mkdtemp(join(copy, 'all-')));
    const sources = ['../data-persistence', ...EXAMPLES.map((example) => `../data-persistence/examples/${example}`)];
    const modules = sources.map((source, index) => [`module-${index}`, { source }]);
    await terraform.write('main.tf.json', { module: Object.fromEntries(modules) });
    await terraform.succeed('init', '-backend=false');
  });

  test.each(['', ...EXAMPLES.map((example) => `examples/${example}`)])(
    'are valid: data-persistence/%s',
    async (path) => {
      const terraform = new Terraform(join(copy, 'data-persistence', path));
      await terraform.init('-backend=false');
      await terraform.succeed('validate');
    },
  );

  test('pass their own tests', async () => {
    const terraform = new Terraform(join(copy, 'data-persistence'));
    await terraform.init('-backend=false');
    expect(await terraform.succeed('test')).toMatch(/Success! [1-9]\d* passed, 0 failed\./);
  }, 180_000);
});

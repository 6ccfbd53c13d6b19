import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeUnless } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { whyNoTerraform } from './available.ts';
import { MODULE } from './deployment.ts';
import { ownModuleCopy, runModuleTests } from './module-copy.ts';
import { OLDEST_RUNNER, Terraform } from './terraform.ts';

const EXAMPLES = existsSync(join(MODULE, 'examples')) ? readdirSync(join(MODULE, 'examples')).sort() : [];

describeUnless(await whyNoTerraform(), 'the modules as they are written', () => {
  const copy = ownModuleCopy();

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

  test('pass their own tests, by `terraform test`', async () => {
    const said = await runModuleTests(join(copy, 'data-persistence'), OLDEST_RUNNER);
    expect(said).toMatch(/Success! [1-9]\d* passed, 0 failed\./);
  }, 180_000);

  test('have tests that OpenTofu before 1.11 takes too: no functions in the variables of a run', async () => {
    for (const module of ['data-persistence', 'data-persistence-aws5']) {
      const tests = join(copy, module, 'tests');
      for (const file of readdirSync(tests)) {
        const variables = (await readFile(join(tests, file), 'utf8')).match(/^ *variables \{.*?^ *\}$/gms) ?? [];
        expect({ file, called: variables.join('\n').match(/\b\w+\(|\bfor \w+ in /g) }).toEqual({ file, called: null });
      }
    }
  });
});

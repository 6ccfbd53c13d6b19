import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { whyNoTerraform } from './available.ts';
import { ownModuleCopy, runModuleTests } from './module-copy.ts';
import { testTables } from './table-tests.ts';
import type { Runner } from './terraform.ts';

const OPENTOFU: Runner = { program: 'tofu', provider: 'oldest' };

/** In CI too: no package has it, and to build it from its source takes four minutes. */
const reason =
  spawnSync('tofu', ['version']).status === 0
    ? await whyNoTerraform()
    : 'there is no tofu on the PATH (CONTRIBUTING.md)';

(reason === undefined ? describe : describe.skip)(
  reason ? `with OpenTofu (skipped: ${reason})` : 'with OpenTofu',
  () => {
    const copy = ownModuleCopy();

    describe('the module makes the tables of a deployment', () => testTables(OPENTOFU));

    test('the module passes its own tests', async () => {
      const said = await runModuleTests(join(copy, 'data-persistence'), OPENTOFU);
      expect(said).toMatch(/Success! [1-9]\d* passed, 0 failed\./);
    }, 180_000);
  },
);

import { join } from 'node:path';
import { describeUnless } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import { describeIfOnPath, whyNoTerraform } from './available.ts';
import { ownModuleCopy, runModuleTests } from './module-copy.ts';
import { testTables } from './table-tests.ts';
import type { Runner } from './terraform.ts';

const OPENTOFU: Runner = { program: 'tofu', provider: 'oldest' };

const reason = await whyNoTerraform();

describeIfOnPath('tofu', 'OpenTofu', () =>
  describeUnless(reason, 'with the module', () => {
    const copy = ownModuleCopy();

    describe('makes the tables of a deployment', () => testTables(OPENTOFU));

    test('passes its tests', async () => {
      const said = await runModuleTests(join(copy, 'data-persistence'), OPENTOFU);
      expect(said).toMatch(/Success! [1-9]\d* passed, 0 failed\./);
    }, 180_000);
  }),
);

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownMoto } from '@cumulus/test-kit';
import { expect } from '@jest/globals';
import { describeWithNewestProvider, whyNoTerraform } from '../terraform/available.ts';
import { MADE } from '../terraform/contract.ts';
import { NEWEST_RUNNER, OLDEST_RUNNER } from '../terraform/terraform.ts';
import { describePage } from './describe-page.ts';
import { Operator } from './operator.ts';
import { planBlock } from './terraform-block.ts';

const moto = ownMoto();
const operator = (): Promise<Operator> => Operator.at(moto.folder, moto.environment);

/** Expects that a plan creates all tables, and changes nothing. */
function expectTables(plan: string): void {
  expect(plan).toContain(`Plan: ${MADE.length} to add, 0 to change, 0 to destroy.`);
  for (const name of MADE) expect(plan).toContain(`"prod-${name}"`);
}

describePage('tf-modules/data-persistence/README.md', {
  unless: await whyNoTerraform(),
  operator,
  languages: {
    hcl: async (block) => expectTables(await planBlock(moto, block, OLDEST_RUNNER)),
  },
  notRun: { 'terraform test': 'test-e2e/test/terraform/module.test.ts' },
});

await describeWithNewestProvider('of modules that need a newer AWS provider', () => {
  describePage('tf-modules/data-persistence-aws5/README.md', {
    operator,
    languages: {
      hcl: async (block) => expectTables(await planBlock(moto, block, NEWEST_RUNNER)),
    },
  });

  describePage('tf-modules/metadata-api/README.md', {
    operator,
    languages: {
      hcl: async (block) => {
        const functions = join(moto.folder, 'functions.zip');
        await writeFile(functions, '');
        const plan = await planBlock(
          moto,
          // The provider runs in another folder.
          { text: block.text.replace('"functions.zip"', JSON.stringify(functions)) },
          NEWEST_RUNNER,
          { token_secret: 'x'.repeat(32), urs_client_id: 'id', urs_client_password: 'password' },
        );
        expect(plan).toMatch(/\+ function_name += "prod-ApiEndpoints"/);
        expect(plan).toContain('0 to change, 0 to destroy.');
      },
    },
    notRun: {
      'TZ=UTC zip': 'test-e2e/test/terraform/readme.test.ts',
      'terraform test': 'test-e2e/test/terraform/metadata-api.test.ts',
    },
  });

  describePage('tf-modules/archive-changes/README.md', {
    operator,
    languages: {
      hcl: async (block) => {
        const functions = join(moto.folder, 'archive-functions.zip');
        await writeFile(functions, '');
        const plan = await planBlock(
          moto,
          { text: block.text.replace('"functions.zip"', JSON.stringify(functions)) },
          NEWEST_RUNNER,
        );
        expect(plan).toMatch(/\+ function_name += "prod-archiveChanges"/);
        expect(plan).toContain('0 to change, 0 to destroy.');
      },
    },
    notRun: {
      'cumulus-api backup --table': 'test-e2e/test/terraform/archive-changes.test.ts',
      'terraform test': 'test-e2e/test/terraform/archive-changes.test.ts',
    },
  });

  describePage('tf-modules/scheduled-backup/README.md', {
    operator,
    languages: {
      hcl: async (block) => {
        const plan = await planBlock(moto, block, NEWEST_RUNNER);
        for (const job of ['backup', 'rehearsal', 'status'])
          expect(plan).toMatch(new RegExp(`\\+ family += "prod-scheduled-backup-${job}"`));
        expect(plan).toContain('0 to change, 0 to destroy.');
      },
    },
    notRun: { 'terraform test': 'test-e2e/test/terraform/scheduled-backup.test.ts' },
  });
});

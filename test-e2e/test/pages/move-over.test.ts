import { appendFile, cp, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeUnless, ownMoto, putSampleRecords } from '@cumulus/test-kit';
import { expect } from '@jest/globals';
import { whyNoTerraform } from '../terraform/available.ts';
import { CONTRACT } from '../terraform/contract.ts';
import { Deployment } from '../terraform/deployment.ts';
import { providerAt } from '../terraform/provider.ts';
import { Terraform } from '../terraform/terraform.ts';
import { describePage } from './describe-page.ts';
import { Operator } from './operator.ts';
import { validateBlock } from './terraform-block.ts';

const OLDER = fileURLToPath(new URL('../terraform/fixtures/older-deployment', import.meta.url));

/** A table of earlier releases that the module does not have. */
const REPORTS = `
resource "aws_dynamodb_table" "reconciliation_reports_table" {
  name         = "prod-ReconciliationReportsTable"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "name"

  attribute {
    name = "name"
    type = "S"
  }
}
`;

describeUnless(await whyNoTerraform(), 'the page on moving over', () => {
  const moto = ownMoto();
  let folder: string;

  async function deployOlder(): Promise<Operator> {
    folder = join(moto.folder, 'moved');
    await mkdir(folder);
    await cp(OLDER, folder, { recursive: true });
    await appendFile(join(folder, 'data-persistence/main.tf'), REPORTS);
    const older = new Terraform(folder);
    await older.write('provider.tf.json', { provider: { aws: providerAt(moto.endpoint) } });
    await older.init();
    await older.apply();
    await putSampleRecords(moto.client, 'prod', 3);
    return Operator.at(folder, { ...older.environment, TF_CLI_ARGS: '-no-color', ...moto.environment });
  }

  describePage('docs/how-to/move-over.md', {
    operator: deployOlder,
    languages: { hcl: (block) => validateBlock(moto, block) },
    steps: {
      'include_elasticsearch = false': {
        after: async () => {
          for (const file of ['main.tf', 'data-persistence']) await rm(join(folder, file), { recursive: true });
          await Deployment.in(folder, moto.endpoint, { prefix: 'prod' });
        },
      },
      'terraform apply plan': {
        after: async () => {
          const state = JSON.parse(await readFile(join(folder, 'terraform.tfstate'), 'utf8'));
          const streams = Object.values<string>(state.outputs.dynamo_stream_arns.value);
          expect(streams).toHaveLength(CONTRACT.filter(({ stream }) => stream).length);
          for (const arn of streams) expect(arn).toMatch(/:table\/prod-\w+Table\/stream\//);
          expect(await moto.tables()).toContain('prod-ReconciliationReportsTable');
        },
      },
      'terraform import "module': {
        before: async (operator) => {
          await operator.run('terraform state rm module.data_persistence');
        },
        after: async (_, operator) => {
          const listed = (await operator.run('terraform state list')).trim().split('\n');
          expect(listed).toHaveLength(CONTRACT.length);
        },
      },
    },
    timeout: 180_000,
  });
});

import { copyFile, cp, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeUnless, ownMoto, putSampleRecords, whyNoCommands } from '@cumulus/test-kit';
import { expect } from '@jest/globals';
import { whyNoTerraform } from '../terraform/available.ts';
import { MODULE } from '../terraform/deployment.ts';
import { providerAt } from '../terraform/provider.ts';
import { Terraform } from '../terraform/terraform.ts';
import { describePage } from './describe-page.ts';
import { Operator } from './operator.ts';
import { pathOf } from './page.ts';
import { expectMovedTo, validateBlock } from './terraform-block.ts';

/** Pages that follow each other in the life of one deployment. */
describeUnless((await whyNoTerraform()) ?? (await whyNoCommands('aws')), 'pages on deploying', () => {
  const moto = ownMoto();
  const tables = (): string => join(moto.folder, 'tables');
  const functions = (): string => join(moto.folder, 'metadata-api');
  const state = (): string => join(tables(), 'terraform.tfstate');
  let operator: Promise<Operator> | undefined;

  const atTables = (): Promise<Operator> => {
    operator ??= copyExample();
    return operator;
  };

  /** The copy of the example, as the page asks for it, that keeps its state beside it and asks moto. */
  async function copyExample(): Promise<Operator> {
    await mkdir(functions());
    await cp(join(MODULE, 'examples/deployment'), tables(), { recursive: true });
    const terraform = new Terraform(tables());
    await terraform.write('moto_override.tf.json', {
      terraform: { backend: { local: {} } },
      provider: { aws: providerAt(moto.endpoint) },
      module: { data_persistence: { source: MODULE } },
    });
    await terraform.write('terraform.tfvars.json', { region: 'us-east-1', prefix: 'prod' });
    await terraform.init();
    const environment = { ...terraform.environment, TF_CLI_ARGS: '-no-color', AWS_DEFAULT_REGION: 'us-east-1' };
    return Operator.at(tables(), { ...environment, ...moto.environment });
  }

  describePage('docs/how-to/deploy.md', {
    operator: atTables,
    languages: { hcl: (block) => validateBlock(moto, block) },
    steps: {
      'cumulus-api counts recount': {
        after: async () => {
          await putSampleRecords(moto.client, 'prod', 2);
        },
      },
    },
    timeout: 180_000,
  });

  describePage('docs/how-to/deploy-api.md', {
    operator: atTables,
    notRun: {
      'TZ=UTC zip': 'test-e2e/test/terraform/readme.test.ts',
      'terraform apply plan': 'test-e2e/test/terraform/metadata-api.test.ts',
      'terraform output -raw api_uri': 'test-e2e/test/terraform/metadata-api.test.ts',
    },
    steps: {
      'terraform output -json for_metadata_api': {
        after: async () => {
          const values = JSON.parse(await readFile(join(functions(), 'tables.auto.tfvars.json'), 'utf8'));
          expect(Object.keys(values)).toEqual(['dynamo_stream_arns', 'dynamo_tables', 'record_counts_table']);
        },
      },
      'openssl rand': {
        run: async ({ text }, reader) => {
          const typed = text.replace('read -rs TF_VAR_urs_client_password', '$& <<< password');
          const said = await reader.run(`${typed}\nprintenv TF_VAR_token_secret TF_VAR_urs_client_password`);
          expect(said).toMatch(/^\S{64}\npassword\n$/);
          return '';
        },
      },
    },
    timeout: 60_000,
  });

  describePage('docs/how-to/replace-examples.md', {
    operator: atTables,
    notRun: { 'aws_cloudformation_stack.functions': 'it is done in a copy of an example that is no longer here' },
    languages: {
      hcl: async ({ text }) => {
        const files = (await readdir(pathOf('tf-modules/metadata-api'))).filter((file) => file.endsWith('.tf'));
        await expectMovedTo(text, files);
      },
    },
  });

  describePage('docs/how-to/protect.md', {
    operator: atTables,
    languages: { hcl: (block) => validateBlock(moto, block) },
    steps: {
      'terraform state rm': {
        before: () => copyFile(state(), `${state()}.kept`),
        // The next page begins with the deployment.
        after: () => copyFile(`${state()}.kept`, state()),
      },
    },
    timeout: 60_000,
  });

  describePage('docs/how-to/remove.md', {
    operator: atTables,
    steps: {
      'terraform state rm': {
        after: async (_, reader) => expect(await reader.run('terraform state list')).toBe(''),
      },
      'aws dynamodb delete-table': {
        after: async () => expect(await moto.tables()).not.toContain('prod-GranulesTable'),
      },
    },
    timeout: 60_000,
  });
});

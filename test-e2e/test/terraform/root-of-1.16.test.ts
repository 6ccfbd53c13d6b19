import { cp, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeUnless, ownMoto } from '@cumulus/test-kit';
import { beforeAll, expect, test } from '@jest/globals';
import { whyNoTerraform } from './available.ts';
import { MADE } from './contract.ts';
import { MODULE } from './deployment.ts';
import { providerAt } from './provider.ts';
import { messageOf, Terraform } from './terraform.ts';

const ROOT = fileURLToPath(new URL('fixtures/root-of-1.16', import.meta.url));

describeUnless(await whyNoTerraform(), 'a root module of Cumulus 1.16 to 1.18', () => {
  const moto = ownMoto();
  let root: Terraform;

  beforeAll(async () => {
    root = new Terraform(await mkdtemp(join(moto.folder, 'root-')));
    await cp(ROOT, root.folder, { recursive: true });
    await root.write('moto_override.tf.json', {
      provider: { aws: providerAt(moto.endpoint) },
      module: { data_persistence: { source: MODULE } },
    });
    await root.init();
  });

  test('fails while it asks for Elasticsearch, with what to set, and nothing is made', async () => {
    await root.write('terraform.tfvars.json', { prefix: 'prod', subnet_ids: ['subnet-12345'] });
    const refused = await root.run('apply', '-auto-approve');
    expect(refused.code).toBe(1);
    expect(messageOf(refused)).toContain('set include_elasticsearch = false');
    expect(await moto.tables()).toEqual([]);
  });

  test('is applied as it is with that one variable, and reads what it read without Elasticsearch', async () => {
    await root.write('terraform.tfvars.json', {
      prefix: 'prod',
      subnet_ids: ['subnet-12345'],
      include_elasticsearch: false,
    });
    await root.apply();
    expect(await moto.tables()).toEqual(MADE.map((name) => `prod-${name}`));
    expect(Object.keys(await root.output<object>('dynamo_tables'))).toHaveLength(MADE.length - 1);
    expect(await root.output('elasticsearch_alarms')).toEqual([]);
    expect(await root.differences()).toBe('');
  });
});

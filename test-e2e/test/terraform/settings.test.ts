import { describeUnless, ownMoto } from '@cumulus/test-kit';
import { beforeAll, expect, test } from '@jest/globals';
import { whyNoTerraform } from './available.ts';
import { MADE } from './contract.ts';
import { Deployment } from './deployment.ts';
import { describeAll } from './described.ts';
import type { Policy } from './policy.ts';
import { messageOf } from './terraform.ts';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

describeUnless(await whyNoTerraform(), "settings of the tables, as the module's variables have them", () => {
  const moto = ownMoto();
  let deployment: Deployment;

  beforeAll(async () => {
    deployment = await Deployment.on(moto, {
      prefix: 'prod',
      kms_key_arn: KEY,
      tags: { Owner: 'ops', Deployment: 'prod' },
      table_tags: { GranulesTable: { Owner: 'ingest', Size: 'large' }, RecordCountsTable: { Size: 'small' } },
    });
    await deployment.apply();
  });

  test("a key of one's own encrypts all tables, and is in the policies of those who use them", async () => {
    for (const name of MADE) {
      const { table } = await describeAll(moto.client, `prod-${name}`);
      expect(table.SSEDescription).toMatchObject({ Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: KEY });
    }
    const writing = [
      'CreateGrant',
      'Decrypt',
      'DescribeKey',
      'Encrypt',
      'GenerateDataKey',
      'ReEncryptFrom',
      'ReEncryptTo',
    ];
    const actions = {
      backup_policy: ['Decrypt', 'DescribeKey'],
      restore_policy: writing,
      recovery_policy: writing,
      rehearsal_policy: writing,
    };
    for (const [name, wanted] of Object.entries(actions)) {
      const { Statement } = JSON.parse(await deployment.output<string>(name)) as Policy;
      expect(Statement.filter(({ Sid }) => Sid === 'UseKey')).toEqual([
        {
          Sid: 'UseKey',
          Effect: 'Allow',
          Action: wanted.map((action) => `kms:${action}`),
          Resource: [KEY],
          Condition: { StringEquals: { 'kms:ViaService': 'dynamodb.us-east-1.amazonaws.com' } },
        },
      ]);
    }
  });

  test('tags of single tables are added to those of all, and take precedence over them', async () => {
    const tags = Object.fromEntries(
      await Promise.all(MADE.map(async (name) => [name, (await describeAll(moto.client, `prod-${name}`)).tags])),
    );
    const usual = { Owner: 'ops', Deployment: 'prod' };
    expect(tags).toEqual({
      ...Object.fromEntries(MADE.map((name) => [name, usual])),
      GranulesTable: { Owner: 'ingest', Deployment: 'prod', Size: 'large' },
      RecordCountsTable: { ...usual, Size: 'small' },
    });
  });

  test('what the provider does not know is refused, not passed over', async () => {
    const tags = Object.fromEntries(Array.from({ length: 50 }, (_, number) => [`tag${number}`, '']));
    await deployment.configure({
      prefix: 'prod',
      tags,
      table_tags: { UsersTable: { more: '' } },
      deletion_protection: true,
      table_classes: { FilesTable: 'STANDARD_INFREQUENT_ACCESS' },
    });
    const refused = await deployment.run('plan');
    expect(refused.code).toBe(1);
    const said = messageOf(refused);
    expect(said).toContain('deletion_protection needs a newer AWS provider');
    expect(said).toContain('table_classes needs a newer AWS provider');
    expect(said).toContain('more than the 50 tags that AWS allows: UsersTable 51.');
  });

  test('values that AWS does not have are refused', async () => {
    await deployment.configure({
      prefix: 'prod',
      kms_key_arn: 'alias/mine',
      table_tags: { Granules: { 'aws:own': '' } },
      table_classes: { FilesTable: 'COLD' },
    });
    const refused = await deployment.run('plan');
    expect(refused.code).toBe(1);
    const said = messageOf(refused);
    for (const part of ['is not the ARN of a key', '"Granules"', '"aws:own"', '"COLD"']) expect(said).toContain(part);
  });
});

import { describeUnless, ownMoto } from '@cumulus/test-kit';
import { beforeAll, expect, test } from '@jest/globals';
import { whyNoTerraform } from './available.ts';
import { CONTRACT } from './contract.ts';
import { Deployment, type Settings } from './deployment.ts';
import { messageOf } from './terraform.ts';

const manyTags = Object.fromEntries(Array.from({ length: 51 }, (_, number) => [`tag${number}`, '']));

const MAX_PREFIX = 234;

describeUnless(await whyNoTerraform(), 'the module refuses, before anything is made,', () => {
  const moto = ownMoto();
  let deployment: Deployment;

  beforeAll(async () => {
    deployment = await Deployment.on(moto, { prefix: 'prod' });
  });

  // Of each variable one wrong value a run: Terraform names all of them.
  test.each<[string, Partial<Settings>, readonly RegExp[]]>([
    [
      'an unknown table, an empty prefix, more tags than AWS takes, a URL for a bucket',
      {
        ...{ prefix: '', enable_point_in_time_tables: ['GranulesTable', 'GranuleTable'] },
        ...{ tags: manyTags, recovery_buckets: ['s3://exports'] },
      },
      [/"GranuleTable"/, /prefix "" cannot be part of table names/, /51 tags/, /"s3:\/\/exports"/],
    ],
    [
      'a table with its prefix, a prefix with a space, a tag without a key',
      { prefix: 'my prod', enable_point_in_time_tables: ['prod-FilesTable'], tags: { '': 'value' } },
      [/"prod-FilesTable"/, /prefix "my prod" cannot be part of table names/, /1 to 128 characters/],
    ],
    [
      "a prefix that is too long, a tag of AWS's own",
      { prefix: 'p'.repeat(MAX_PREFIX + 1), tags: { 'aws:own': 'value' } },
      [/more than 234 of them/, /"aws:own"/],
    ],
    ['a tag with characters that AWS refuses', { tags: { Owner: 'ops?' } }, [/"ops\?"/]],
    ['a tag with a value that is too long', { tags: { Owner: 'o'.repeat(257) } }, [/at most 256/]],
  ])('%s', async (_, settings, messages) => {
    await deployment.configure({ prefix: 'prod', ...settings });
    const refused = await deployment.run('apply', '-auto-approve');
    expect(refused.code).toBe(1);
    const said = messageOf(refused);
    for (const message of messages) expect(said).toMatch(message);
    if (settings.enable_point_in_time_tables) for (const { name } of CONTRACT) expect(said).toContain(` ${name}`);
    expect(await moto.tables()).toEqual([]);
  });
});

import { describeUnless, ownMoto } from '@cumulus/test-kit';
import { beforeAll, expect, test } from '@jest/globals';
import { whyNoTerraform } from './available.ts';
import { CONTRACT } from './contract.ts';
import { Deployment, type Settings } from './deployment.ts';

const manyTags = Object.fromEntries(Array.from({ length: 51 }, (_, number) => [`tag${number}`, '']));

const MAX_PREFIX = 234;

describeUnless(await whyNoTerraform(), 'the module refuses, before anything is made,', () => {
  const moto = ownMoto();
  let deployment: Deployment;

  beforeAll(async () => {
    deployment = await Deployment.on(moto, { prefix: 'prod' });
  });

  test.each<[string, Partial<Settings>, RegExp]>([
    ['an unknown table', { enable_point_in_time_tables: ['GranulesTable', 'GranuleTable'] }, /"GranuleTable"/],
    ['a table with its prefix', { enable_point_in_time_tables: ['prod-FilesTable'] }, /"prod-FilesTable"/],
    ['an empty prefix', { prefix: '' }, /prefix "" makes no table names/],
    ['a prefix with a space', { prefix: 'my prod' }, /prefix "my prod" makes no table names/],
    ['a prefix that is too long', { prefix: 'p'.repeat(MAX_PREFIX + 1) }, /more than 234 of them/],
    ['more tags than AWS takes', { tags: manyTags }, /51 tags/],
    ['a tag without a key', { tags: { '': 'value' } }, /1 to 128 characters/],
    ["a tag of AWS's own", { tags: { 'aws:own': 'value' } }, /"aws:own"/],
    ['a tag with characters that AWS refuses', { tags: { Owner: 'ops?' } }, /"ops\?"/],
    ['a tag with a value that is too long', { tags: { Owner: 'o'.repeat(257) } }, /at most 256/],
    ['a URL for a bucket', { recovery_buckets: ['s3://exports'] }, /"s3:\/\/exports"/],
  ])('%s', async (_, settings, message) => {
    await deployment.configure({ prefix: 'prod', ...settings });
    const { code, stderr } = await deployment.run('apply', '-auto-approve');
    expect(code).toBe(1);
    // Terraform wraps lines, and draws a frame around them.
    const said = stderr.replace(/[\s│╷╵]+/g, ' ');
    expect(said).toMatch(message);
    if (settings.enable_point_in_time_tables) for (const { name } of CONTRACT) expect(said).toContain(` ${name}`);
    expect(await moto.tables()).toEqual([]);
  });

  test('but not the longest prefix that DynamoDB takes', async () => {
    await deployment.configure({ prefix: 'p'.repeat(MAX_PREFIX) });
    const { resource_changes: changes = [] } = await deployment.plan();
    const lengths = changes.map(({ change }) => String(change.after?.['name']).length);
    expect(Math.max(...lengths)).toBe(255);
  });
});

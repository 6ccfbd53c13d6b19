import { createDeployment } from '@cumulus/dynamodb/tables';
import { describeUnless, ownBucket, ownMoto, whyNoDynamoDBLocal, whyNoMoto } from '@cumulus/test-kit';
import { client, putAll } from '@cumulus/test-kit/tables';
import { expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiJson } from '../cumulus-api.ts';
import { Scratch } from '../scratch.ts';

const scratch = new Scratch();

test('payloads are archived only of buckets that are named', async () => {
  const follow = ['archive', 'follow', '--table', 'prod-ExecutionsTable', '--to', scratch.path('none')];
  const missing = await cumulusApi([...follow, '--with-payloads']);
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('--payload-bucket BUCKET') });
  const alone = await cumulusApi([...follow, '--payload-bucket', 'prod-internal']);
  expect(alone).toMatchObject({ code: 2, stderr: expect.stringContaining('--with-payloads') });
});

describeUnless(whyNoDynamoDBLocal() ?? (await whyNoMoto()), 'cumulus-api archive, with payloads in moto', () => {
  const bucket = ownBucket(ownMoto(), 'prod-internal');

  function pointing(arn: string, key: string, of = bucket.name): Record<string, unknown> {
    const replace = { Bucket: { S: of }, Key: { S: key }, TargetPath: { S: '$' } };
    return { arn: { S: arn }, finalPayload: { M: { replace: { M: replace } } } };
  }

  test('names what an archive lacks, copies it if asked, and says what became of each', async () => {
    const prefix = scratch.prefix();
    await createDeployment({ client, prefix });
    const table = `${prefix}-ExecutionsTable`;
    const archive = scratch.path(prefix);
    const { environment } = bucket;
    const follow = ['archive', 'follow', '--table', table, '--to', archive, '--settle', '1s', '--once'];
    const list = async () => (await cumulusApi(['archive', 'list', '--archive', archive])).stdout;
    await bucket.put('there', '{"a":1}');
    await putAll(table, [pointing('e1', 'there'), pointing('e2', 'gone'), pointing('e3', 'there', 'other')] as never);

    const without = await cumulusApi(follow, { environment });
    expect(without.stdout).toContain('  3 pointers to objects in S3, which are not archived\n');
    expect(await list()).toContain('  6 pointers to objects in S3, which are not in it\n');

    const payloads = ['--with-payloads', '--payload-bucket', bucket.name];
    const { code, results } = await cumulusApiJson([...follow, ...payloads], { environment });
    // Each is pointed to by a change and by the base.
    const counts = { copied: 2, bytes: 14, gone: 2, elsewhere: 2, failed: 0 };
    expect({ code, results }).toMatchObject({ code: 0, results: [{ table, payloads: counts }] });
    expect(await list()).toContain(
      '  2 objects in S3 that they point to, 14 bytes\n  objects that are not in it: 2 that did not exist any more, 2 in other buckets\n',
    );

    await bucket.remove('there');
    const to = ['--to', `${prefix}-RestoredTable`, '--create-table', '--latest', '--with-payloads'];
    for (;;) {
      const restored = await cumulusApi(['archive', 'restore', '--from', archive, '--table', table, ...to], {
        environment,
      });
      // Its first second is yet to come.
      if (restored.stderr.includes('There is no second of which')) {
        await cumulusApi(follow, { environment });
        continue;
      }
      expect(restored).toMatchObject({
        code: 0,
        stderr: expect.stringContaining('not put back'),
        stdout: expect.stringContaining('  1 object in S3 put back, 7 bytes; 0 were there\n'),
      });
      expect(restored.stderr).toContain('0 objects with another content left, 2 not in the archive\n');
      expect(restored.stderr).toContain(`s3://${bucket.name}/gone: the archive does not have it\n`);
      break;
    }
    expect((await bucket.read('there')).content.toString()).toBe('{"a":1}');
  });
});

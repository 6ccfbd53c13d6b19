import { createTableInput, schemaOf, TABLE_DEFINITIONS } from '@cumulus/dynamodb/tables';
import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { createTable } from '@cumulus/test-kit/tables';
import { beforeAll, expect, test } from '@jest/globals';
import { cumulusApi } from '../cumulus-api.ts';

const HOUR = 3_600_000;

describeUnless(await whyNoMoto(), '--lock-for', () => {
  const moto = ownMoto();
  const table = 'prod-GranulesTable';
  const backup = (to: string) => {
    const options = ['--table', table, '--to', to, '--lock-for', '2d'];
    return cumulusApi(['backup', ...options], { environment: moto.environment });
  };

  beforeAll(async () => {
    const definition = TABLE_DEFINITIONS.find(({ name }) => name === 'GranulesTable');
    if (definition === undefined) throw new TypeError('GranulesTable');
    await createTable(createTableInput(table, schemaOf(definition)), [], moto.client);
  });

  test('locks the files of a backup for that time', async () => {
    const Bucket = 'locked';
    await moto.s3.createBucket({ Bucket, ObjectLockEnabledForBucket: true });
    expect(await backup(`s3://${Bucket}/prod`)).toMatchObject({ code: 0, stderr: '' });
    for (const end of ['', '.manifest.json']) {
      const head = await moto.s3.headObject({ Bucket, Key: `prod/${table}.json${end}` });
      const hours = (Number(head.ObjectLockRetainUntilDate) - Date.now()) / HOUR;
      expect([end, head.ObjectLockMode, Math.round(hours)]).toEqual([end, 'GOVERNANCE', 48]);
    }
  });

  test('is refused for a bucket without Object Lock, and nothing is written', async () => {
    const Bucket = 'unlocked';
    await moto.s3.createBucket({ Bucket });
    const { code, stderr } = await backup(`s3://${Bucket}/prod`);
    expect(code).toBe(1);
    expect(stderr).toContain(`The bucket ${Bucket} has no Object Lock, so objects in it cannot be locked.`);
    expect((await moto.s3.listObjectsV2({ Bucket })).KeyCount).toBe(0);
  });
});

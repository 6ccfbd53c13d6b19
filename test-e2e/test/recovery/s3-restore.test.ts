import { describeUnless, ownBucket, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { itemsOf, ownTables } from '@cumulus/test-kit/tables';
import { beforeAll, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiResult, host, start } from '../kit/command.ts';
import { cutOff } from '../kit/faults/cut-off.ts';
import { type Fault, withFaults } from '../kit/faults/proxy.ts';
import { seededRandom } from '../kit/faults/random.ts';
import { afterRequest, refusedByS3 } from '../kit/faults/s3.ts';
import { slow } from '../kit/faults/slow.ts';
import { granules } from '../kit/granules.ts';
import { largeItems } from './large-items.ts';

const RANGE = /^GET .*x-id=GetObject/;

// S3 is moto's here; DynamoDB is the tests' own.
describeUnless(await whyNoMoto(), 'restore and verify of backups in S3', () => {
  const moto = ownMoto();
  const bucket = ownBucket(moto);
  const tables = ownTables();
  let table: string;
  let key: string;
  let largeKey: string;

  const run = (...args: string[]) => cumulusApi(args, { environment: bucket.environment });
  const json = <T>(...args: string[]) => cumulusApiResult<T>(args, { environment: bucket.environment });
  const runWith = (faults: readonly Fault[], ...args: string[]) =>
    withFaults(faults, (proxy) => cumulusApi(args, { environment: proxy.environmentOfS3 }), moto.endpoint);

  beforeAll(async () => {
    table = await tables.create(granules(400));
    key = `given/${table}.json`;
    await json('backup', '--table', table, '--to', bucket.url('given'));
    const large = await tables.create(largeItems(60));
    largeKey = `given/${large}.json`;
    await json('backup', '--table', large, '--to', bucket.url('given'));
  }, 60_000);

  test('name what is missing', async () => {
    const missing = await run('verify', bucket.url('given/none.json'));
    expect(missing).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no s3://recovery-tests/given/none.json.'),
    });
    const noBucket = await run('restore', 's3://no-such-bucket/x.json', '--table', table, '--overwrite', '--yes');
    expect(noBucket).toMatchObject({ code: 1, stderr: expect.stringContaining('s3://no-such-bucket/x.json') });
    const nothing = await run('verify', '--directory', bucket.url('nothing'), '--prefix', 'p');
    expect(nothing).toMatchObject({ code: 1, stderr: expect.stringContaining('There are no backups in s3://') });
    const denied = await runWith([refusedByS3(/^HEAD /, 403, 'AccessDenied')], 'verify', bucket.url(key));
    expect(denied.stderr).toMatch(
      /Allow the IAM action s3:GetObject on arn:aws:s3:::recovery-tests\/given.*\n.*s3:ListBucket/,
    );
  });

  test('find an object that was altered, of the same size or another, and write nothing of it', async () => {
    const { content, metadata } = await bucket.read(key);
    const manifest = (await bucket.read(`${key}.manifest.json`)).content;
    const altered = Buffer.from(content);
    altered[altered.indexOf('completed')] = 'C'.charCodeAt(0);
    const target = await tables.create();
    for (const [name, bytes, difference] of [
      ['altered', altered, 'its SHA-256 is'],
      ['cut', content.subarray(0, content.lastIndexOf('\n', content.length - 2) + 1), 'bytes, its manifest says'],
    ] as const) {
      await bucket.put(`${name}/${table}.json`, bytes, metadata);
      await bucket.put(`${name}/${table}.json.manifest.json`, manifest);
      for (const command of [['verify'], ['restore', '--table', target]]) {
        const { code, stderr } = await run(...command, bucket.url(`${name}/${table}.json`));
        expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(difference) });
      }
    }
    expect(await itemsOf(target)).toEqual([]);
  });

  test('read an object that was uploaded by other means: with its manifest, or without one, unproved', async () => {
    const content = (await bucket.read(key)).content;
    await bucket.put(`uploaded/${table}.json`, content);
    const url = bucket.url(`uploaded/${table}.json`);
    expect(await json('verify', url, '--table', table)).toMatchObject({ proved: false, equal: true, items: 400 });
    await bucket.put(`uploaded/${table}.json.manifest.json`, (await bucket.read(`${key}.manifest.json`)).content);
    expect(await json('verify', url)).toMatchObject({ proved: true, items: 400 });
  });

  test('go on where a connection was lost in the midst of an object', async () => {
    const random = seededRandom();
    let cuts = 0;
    const cutSome: Fault = async (call, pass) => {
      if (!RANGE.test(call.action) || cuts >= 4) return pass();
      const answer = await cutOff(call.action, 1, random)(call, pass);
      if (answer.cutAfter !== undefined) cuts += 1;
      return answer;
    };
    const ended = await runWith([cutSome], 'verify', bucket.url(largeKey));
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(cuts).toBe(4);
  }, 40_000);

  test('are interrupted while S3 keeps silent', async () => {
    const silent: Fault = async (call, pass) => (RANGE.test(call.action) ? new Promise(() => undefined) : pass());
    const { code, stderr } = await withFaults(
      [silent],
      async (proxy) => {
        const running = await host(['verify', bucket.url(key)], { environment: proxy.environmentOfS3 });
        // The object's status, then its manifest, whose answer never comes.
        void proxy.reached(2).then(() => running.kill('SIGINT'));
        return running.ended;
      },
      moto.endpoint,
    );
    expect({ code, stderr }).toEqual({ code: 130, stderr: expect.stringContaining('was interrupted') });
  });

  test('notice an object that is replaced in the middle of it', async () => {
    const { content, metadata } = await bucket.read(largeKey);
    const manifest = (await bucket.read(`${largeKey}.manifest.json`)).content;
    const changing = 'changing/large.json';
    await bucket.put(changing, content, metadata);
    await bucket.put(`${changing}.manifest.json`, manifest);
    const replace = afterRequest(
      ({ action }) => RANGE.test(action) && action.includes('large.json?'),
      1,
      () => bucket.put(changing, 'another'),
    );
    const { code, stderr } = await runWith([replace], 'verify', bucket.url(changing));
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('was replaced or removed while') });
  }, 40_000);

  test('continue a restore that was killed, by a checkpoint beside the object', async () => {
    const target = tables.name();
    const args = ['restore', bucket.url(key), '--table', target, '--create-table'];
    const isCheckpoint = (name: string): boolean => name.endsWith(`restore-${target}.checkpoint.json`);
    await withFaults([slow('BatchWriteItem', 500)], async (proxy) => {
      const running = start(args, { environment: { ...proxy.environment, ...bucket.environment } });
      void proxy.reached(16).then(() => running.process.kill('SIGKILL'));
      expect((await running.ended).signal).toBe('SIGKILL');
    });
    expect((await bucket.keys(key)).filter(isCheckpoint)).toHaveLength(1);
    const refused = await run(...args);
    expect(refused.stderr).toContain('continue it with --resume');
    expect(await json(...args, '--resume', '--verify')).toMatchObject({ resumed: true, verified: { equal: true } });
    expect((await bucket.keys(key)).filter(isCheckpoint)).toEqual([]);
  }, 40_000);

  test('warn where no checkpoint may be written, and restore all the same', async () => {
    const target = tables.name();
    const noWrite = refusedByS3(/^PUT /, 403, 'AccessDenied');
    const args = ['restore', bucket.url(key), '--table', target, '--create-table', '--verify'];
    const { code, stderr, stdout } = await runWith([noWrite], ...args);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/WARNING: This restore cannot be continued.*PutObject/),
    });
    expect(stdout).toContain('equal to table');
  });
});

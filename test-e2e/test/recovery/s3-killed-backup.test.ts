import { verifyBackup } from '@cumulus/dynamodb/backup';
import { describeUnless, ownBucket, ownMoto, sizeOf, whyNoMoto } from '@cumulus/test-kit';
import { ownTables, putAll } from '@cumulus/test-kit/tables';
import { beforeAll, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiResults, host, start } from '../kit/command.ts';
import { type Fault, withFaults } from '../kit/faults/proxy.ts';
import { afterRequest, changesS3 } from '../kit/faults/s3.ts';
import { granules } from '../kit/granules.ts';
import { largeItems } from './large-items.ts';

const methodOf = (call: string): string => call.replace(/ .*/, '');

// S3 is moto's here; DynamoDB is the tests' own.
describeUnless(await whyNoMoto(), 'a backup to S3 killed after any of its requests that change S3', () => {
  const moto = ownMoto();
  const bucket = ownBucket(moto);
  const tables = ownTables();
  let large: string;

  // Several parts.
  beforeAll(async () => {
    large = await tables.create(largeItems(30));
  }, 60_000);

  /** A backup whose requests to S3 meet these faults. */
  const backUpWith = (faults: (running: { kill: () => void }) => readonly Fault[], args: readonly string[]) => {
    let kill: () => void = () => undefined;
    return withFaults(
      faults({ kill: () => kill() }),
      async (proxy) => {
        const running = start(args, { environment: proxy.environmentOfS3 });
        kill = () => running.process.kill('SIGKILL');
        return running.ended;
      },
      moto.endpoint,
    );
  };

  const expectProved = async (key: string, items: number[]): Promise<number> => {
    const { proved, items: found } = await verifyBackup({ file: bucket.url(key), s3: bucket.s3 });
    expect({ key, proved }).toEqual({ key, proved: true });
    expect(items).toContain(found);
    return found;
  };

  test('leaves a whole backup, old or new, with its manifest, and the next run makes a new one', async () => {
    const table = await tables.create(granules(10));
    const args = ['backup', '--table', table, '--to', bucket.url('killed')];
    const { environment } = bucket;
    // Two earlier backups are there: the one to be replaced, and a kept one to be removed.
    await cumulusApiResults(args, { environment });
    await cumulusApiResults(args, { environment });
    const template = await bucket.all('killed/');
    await putAll(table, granules(1, 10));

    const calls: string[] = [];
    const record: Fault = async (call, pass) => {
      if (changesS3(call)) calls.push(call.action.replace(/\?.*/, '').replace(`/${bucket.name}/killed/${table}`, ''));
      return pass();
    };
    expect(await backUpWith(() => [record], args)).toMatchObject({ code: 0 });
    // The lease and, later, its proof, next manifest, kept manifest and data; then the decisive one and what follows it.
    expect(calls.length).toBeGreaterThan(9);
    expect(calls.filter((call) => call === 'PUT .json')).toHaveLength(1);

    const decisive = calls.indexOf('PUT .json');
    // Before and after the decisive one, and after the first of each kind of request; at the whole size after each.
    const isTried = (call: string, index: number): boolean =>
      Math.abs(index - decisive) <= 1 || calls.findIndex((one) => methodOf(one) === methodOf(call)) === index;
    const tried = [...calls.entries()].filter(([index, call]) => sizeOf({ usual: isTried(call, index), whole: true }));
    const found = new Set<number>();
    for (const [index, call] of tried) {
      await bucket.reset('killed/', template);
      const killed = await backUpWith(({ kill }) => [afterRequest(changesS3, index + 1, kill)], args);
      expect({ call, signal: killed.signal }).toEqual({ call, signal: 'SIGKILL' });
      const data = `killed/${table}.json`;
      found.add(await expectProved(data, [10, 11]));
      for (const { key } of (await bucket.all('killed/')).filter((object) => /\.\d{8}T.*Z\.json$/.test(object.key))) {
        await expectProved(key, [10]);
      }

      await cumulusApiResults(args, { environment });
      await expectProved(data, [11]);
      const left = (await bucket.keys('killed/')).map((key) => key.replace(/\d{8}T\d+\.\d+Z/, 'TIME'));
      const names = ['TIME.json', 'TIME.json.manifest.json', 'json', 'json.manifest.json'];
      expect({ call, left }).toEqual({ call, left: names.map((name) => `killed/${table}.${name}`) });
    }
    expect([...found].sort()).toEqual([10, 11]);
  }, 180_000);

  test('in the midst of many parts, leaves the earlier backup, and the parts are removed by the next run', async () => {
    const args = ['backup', '--table', large, '--to', bucket.url('parts')];
    await bucket.put(`parts/${large}.json`, '{"granuleId":{"S":"earlier"}}\n');
    const killed = await backUpWith(
      ({ kill }) => [afterRequest(({ action }) => action.includes('partNumber='), 1, kill)],
      args,
    );
    expect(killed.signal).toBe('SIGKILL');
    expect(await bucket.openUploads()).toBe(1);
    expect((await bucket.read(`parts/${large}.json`)).content.toString()).toBe('{"granuleId":{"S":"earlier"}}\n');

    const ended = await cumulusApi(args, { environment: bucket.environment });
    expect(ended).toMatchObject({ code: 0 });
    expect(await bucket.openUploads()).toBe(0);
    await expectProved(`parts/${large}.json`, [30]);
  }, 60_000);

  test('interrupted, removes its parts and its lease, and says how to go on', async () => {
    let interrupt: () => Promise<void> = async () => undefined;
    const { code, stderr } = await withFaults(
      // The lease, two lists, the beginning of the upload, and a part.
      [
        afterRequest(
          () => true,
          5,
          () => interrupt(),
        ),
      ],
      async (proxy) => {
        const running = await host(['backup', '--table', large, '--to', bucket.url('stopped')], {
          environment: proxy.environmentOfS3,
        });
        interrupt = () => running.kill('SIGINT');
        return running.ended;
      },
      moto.endpoint,
    );
    expect({ code, stderr }).toEqual({ code: 130, stderr: expect.stringContaining('cannot be continued') });
    expect(stderr).toContain(`Nothing took the place of ${bucket.url(`stopped/${large}.json`)}`);
    expect(await bucket.openUploads()).toBe(0);
    expect(await bucket.keys('stopped/')).toEqual([]);
  }, 60_000);
});

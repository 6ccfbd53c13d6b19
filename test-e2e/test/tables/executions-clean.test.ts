import { join } from 'node:path';
import { parseMessage, recordsOfMessage } from '@cumulus/models/messages';
import { payloadPlace, putPayloads } from '@cumulus/models/payloads';
import { recordMessage } from '@cumulus/models/recording';
import { describeUnless, ownBucket, ownFolder, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { client, type Item, itemsOf, ownTables } from '@cumulus/test-kit/tables';
import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiResult, cumulusApiResults, host, resultOf, start } from '../kit/command.ts';
import { type Call, type Fault, withFaults } from '../kit/faults/proxy.ts';
import { SEED, seededRandom } from '../kit/faults/random.ts';
import { refused } from '../kit/faults/refused.ts';
import { afterRequest, changesS3, refusedByS3 } from '../kit/faults/s3.ts';

const DAY = 86_400_000;
const EXECUTIONS = 6;

/** Lists objects as if they had been in S3 for years. */
const listedAsOld: Fault = async (call, pass) => {
  const answer = await pass();
  const body = answer.body.toString().replace(/(?<=<LastModified>)[^<]*/g, '2020-01-01T00:00:00.000Z');
  return call.action.startsWith('GET ') ? { ...answer, body: Buffer.from(body) } : answer;
};

// S3 is moto's here; DynamoDB is the tests' own.
describeUnless(await whyNoMoto(), 'payloads of executions', () => {
  const folder = ownFolder();
  const moto = ownMoto();
  const bucket = ownBucket(moto, 'prod-internal');
  const tables = ownTables();
  const place = payloadPlace(bucket.name, tables.prefix);
  const table = `${tables.prefix}-ExecutionsTable`;
  const clean = [
    ...['executions', 'clean', '--prefix', tables.prefix, '--older-than', '90d', '--yes'],
    ...['--system-bucket', bucket.name],
  ];

  beforeAll(() => tables.create([], ['arn'], 'ExecutionsTable'));
  beforeEach(async () => {
    for (let number = 0; number < EXECUTIONS; number += 1) await recordEvent(number, Date.now() - 100 * DAY);
    await recordEvent(EXECUTIONS, Date.now() - 80 * DAY);
  });

  /** Records an execution whose payloads are too large for the table; those of odd numbers only at their end. */
  async function recordEvent(number: number, startTime: number): Promise<void> {
    for (const [index, status] of (['running', 'completed'] as const).entries()) {
      const message = parseMessage({
        cumulus_meta: {
          execution_name: `run-${number}`,
          state_machine: 'arn:aws:states:us-east-1:123456789012:stateMachine:Ingest',
          workflow_start_time: startTime,
        },
        meta: { status },
        payload: status === 'running' && number % 2 === 1 ? {} : { text: `${number}`.repeat(100_000) },
      });
      const records = recordsOfMessage(message, { time: startTime + index }, place);
      await putPayloads(moto.s3, records.payloads);
      await recordMessage({ client, tableName: () => table }, records);
    }
  }

  const s3KeysIn = (value: unknown): readonly string[] =>
    [...JSON.stringify(value ?? {}).matchAll(/"(?:Key|key)":\{"S":"([^"]+)"\}/g)].map(([, key = '']) => key);

  /** No pointer leads to nothing, and nothing lies in S3 that no record knows of. */
  async function expectInOrder(): Promise<readonly Item[]> {
    const items = await itemsOf(table);
    const keys = await bucket.keys();
    const pointedTo = items.flatMap(({ originalPayload, finalPayload }) => s3KeysIn([originalPayload, finalPayload]));
    const noted = items.flatMap(({ removedPayloads }) => s3KeysIn(removedPayloads));
    expect(keys).toEqual(expect.arrayContaining([...pointedTo]));
    expect([...pointedTo, ...noted]).toEqual(expect.arrayContaining([...keys]));
    return items;
  }

  async function expectCleaned(): Promise<void> {
    const items = await expectInOrder();
    expect(items).toHaveLength(EXECUTIONS + 1);
    expect(items.filter(({ finalPayload }) => finalPayload !== undefined).map(({ name }) => name)).toEqual([
      { S: `run-${EXECUTIONS}` },
    ]);
    expect(items.some(({ removedPayloads }) => removedPayloads !== undefined)).toBe(false);
    expect(await bucket.keys()).toHaveLength(2);
  }

  test('are counted by a dry run as they are then removed, and those of younger executions stay', async () => {
    const { environment } = bucket;
    const before = await itemsOf(table);
    const expected = { command: 'executions clean', table, executions: 7, cleaned: 6, objects: 9, changed: 0, left: 0 };
    const dry = await cumulusApiResult(clean.concat('--dry-run'), { environment });
    expect(dry).toMatchObject({ ...expected, dryRun: true, statuses: ['completed', 'failed'] });
    expect(await itemsOf(table)).toEqual(before);
    expect(await bucket.keys()).toHaveLength(11);
    const ended = await cumulusApi(clean, { environment });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(/: 6 executions cleaned of 7 executions\n.*\n {2}9 objects removed from S3\n$/);
    await expectCleaned();
    expect(await cumulusApiResult(clean, { environment })).toMatchObject({ cleaned: 0, objects: 0 });
  });

  test('take with them what another attempt has left, but no errors', async () => {
    const folders = new Set((await bucket.keys()).map((key) => key.replace(/[^/]*$/, '')));
    expect(folders.size).toBe(EXECUTIONS + 1);
    for (const path of folders)
      for (const field of ['finalPayload', 'error']) await bucket.put(`${path}${field}-of-another.json`, '{}');
    await withFaults(
      [listedAsOld],
      async (proxy) => {
        const environment = proxy.environmentOfS3;
        const expected = { cleaned: 6, objects: 9 + 6, changed: 0, left: 0 };
        expect(await cumulusApiResult(clean.concat('--dry-run'), { environment })).toMatchObject(expected);
        expect(await bucket.keys()).toHaveLength(11 + 2 * folders.size);
        expect(await cumulusApiResult(clean, { environment })).toMatchObject(expected);
      },
      moto.endpoint,
    );
    const left = (await bucket.keys()).filter((key) => key.endsWith('-of-another.json'));
    expect(left.filter((key) => key.includes('/error-'))).toHaveLength(folders.size);
    expect(left).toHaveLength(folders.size + 1);
    for (const key of left) await bucket.remove(key);
    await expectCleaned();
  });

  test('are left where the bucket is not named, which is reported and a failure', async () => {
    const named = clean.slice(0, -2);
    const ended = await cumulusApi([...named, '--json'], {
      environment: { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' },
    });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(
      /9 payloads of .* in S3 were left, with the pointers to them: name the bucket by --system-bucket/,
    );
    expect(resultOf(ended.stdout)).toMatchObject({ cleaned: 3, objects: 0, left: 9 });
    expect(await bucket.keys()).toHaveLength(11);
    await expectInOrder();
    await cumulusApiResults(clean, { environment: bucket.environment });
    await expectCleaned();
  });

  test('end removed, each once reported, where S3 refuses at first', async () => {
    const refusing = refusedByS3(/^DELETE /, 403, 'AccessDenied');
    const ended = await withFaults(
      [refusing],
      (proxy) => cumulusApi(clean, { environment: proxy.environmentOfS3 }),
      moto.endpoint,
    );
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/cumulus-api: The cleaning of .* stopped; 6 executions were cleaned: /);
    expect(ended.stderr).toContain('s3:DeleteObject');
    expect(ended.stderr).toContain('Run it again');
    await expectInOrder();
    expect(await cumulusApiResult(clean, { environment: bucket.environment })).toMatchObject({
      cleaned: 0,
      objects: 9,
    });
    await expectCleaned();
  });

  test(`end removed through throttling and errors of DynamoDB and S3 (seed ${SEED})`, async () => {
    const random = seededRandom();
    let disturbed = 0;
    // The first one in any case: a run without a fault would show nothing.
    let isFirst = true;
    const sometimes: Fault = (call, pass) => {
      if (!changesS3(call) || (!isFirst && random() >= 0.2)) return pass();
      isFirst = false;
      return refusedByS3(/^DELETE /, 503, 'SlowDown')(call, pass);
    };
    await withFaults([refused(0.2, random)], async (tablesProxy) => {
      await withFaults(
        [sometimes],
        async (s3Proxy) => {
          const environment = { ...tablesProxy.environment, ...s3Proxy.environmentOfS3 };
          expect(await cumulusApiResult(clean, { environment })).toMatchObject({ cleaned: 6, objects: 9, changed: 0 });
          disturbed = tablesProxy.faults + s3Proxy.faults;
        },
        moto.endpoint,
      );
    });
    expect(disturbed).toBeGreaterThan(0);
    await expectCleaned();
  });

  test('are in order whatever moment the command is killed at, and the next one ends it', async () => {
    for (const number of [1, 4, 9]) {
      await killedAfter(changesS3, number, true);
      await expectInOrder();
    }
    for (const number of [1, 3]) await killedAfter(({ action }) => action === 'UpdateItem', number, false);
    await expectInOrder();
    await cumulusApiResults(clean, { environment: bucket.environment });
    await expectCleaned();
  });

  async function killedAfter(matches: (call: Call) => boolean, number: number, ofS3: boolean) {
    for (let each = 0; each < EXECUTIONS; each += 1) await recordEvent(each, Date.now() - 100 * DAY);
    let kill: () => void = () => undefined;
    const ended = await withFaults(
      [afterRequest(matches, number, () => kill())],
      (proxy) => {
        const environment = ofS3 ? proxy.environmentOfS3 : { ...bucket.environment, ...proxy.environment };
        const running = start(clean, { environment });
        kill = () => running.process.kill('SIGKILL');
        return running.ended;
      },
      ofS3 ? moto.endpoint : process.env['AWS_ENDPOINT_URL_DYNAMODB'],
    );
    expect([number, ended.signal]).toEqual([number, 'SIGKILL']);
  }

  test('stay as far as they are not cleaned when the command is interrupted, which says so', async () => {
    let interrupt: () => Promise<void> = async () => undefined;
    const ended = await withFaults(
      [
        afterRequest(
          ({ action }) => action === 'Scan',
          1,
          () => interrupt(),
        ),
      ],
      async (proxy) => {
        const running = await host(clean, { environment: { ...bucket.environment, ...proxy.environment } });
        interrupt = () => running.kill('SIGINT');
        return running.ended;
      },
    );
    expect(ended).toMatchObject({ code: 130, stdout: '' });
    expect(ended.stderr).toMatch(/was interrupted; \d executions were cleaned\.\n.*Run it again/s);
    await expectInOrder();
    await cumulusApiResults(clean, { environment: bucket.environment });
    await expectCleaned();
  });

  test('are counted by a backup, named out of it, and mentioned by what reads it', async () => {
    await cumulusApiResults(clean, { environment: bucket.environment });
    const keys = await bucket.keys();
    const backup = await cumulusApi(['backup', '--table', table, '--directory', folder]);
    const file = join(folder, `${table}.json`);
    const words = `2 payloads in S3 that its records point to are not in it; cumulus-api executions payloads ${file} names them`;
    expect(backup.stdout).toContain(words);
    expect((await cumulusApi(['verify', file])).stdout).toContain(words);
    const gzipped = await cumulusApiResult<{ file: string }>([
      'backup',
      '--table',
      table,
      '--directory',
      folder,
      '--gzip',
    ]);
    expect(gzipped).toMatchObject({ pointersToS3: 2 });

    const named = await cumulusApi(['executions', 'payloads', gzipped.file]);
    expect(named).toMatchObject({ code: 0, stderr: '' });
    expect(named.stdout.trimEnd().split('\n').sort()).toEqual(keys.map((key) => bucket.url(key)).sort());
    const pointers = await cumulusApiResults<{ readonly key: string }>(['executions', 'payloads', file]);
    expect([...pointers].sort((a, b) => (a.key < b.key ? -1 : 1))).toEqual(
      [...keys].sort().map((key) => ({ bucket: bucket.name, key })),
    );
    const restore = ['restore', file, '--table', tables.name('restored-ExecutionsTable'), '--create-table'];
    expect((await cumulusApi(restore)).stdout).toContain(words);
    expect((await cumulusApi(['executions', 'payloads', join(folder, 'no-such.json')])).code).toBe(1);
  });
});

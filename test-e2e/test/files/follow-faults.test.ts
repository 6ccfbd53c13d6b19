import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { type FollowEvent, followTable, listArchive, verifyArchive } from '@cumulus/dynamodb/archive';
import {
  AccessDeniedError,
  createClient,
  createS3Client,
  createStreamsClient,
  INTERACTIVE_RETRY_POLICY,
} from '@cumulus/dynamodb/aws';
import {
  describeUnless,
  ownBucket,
  ownFolder,
  ownMoto,
  testsAtOnce,
  whyNoDynamoDBLocal,
  whyNoMoto,
} from '@cumulus/test-kit';
import { client, ownTables, putAll } from '@cumulus/test-kit/tables';
import { afterAll, afterEach, expect, test } from '@jest/globals';
import { cumulusApi, host } from '../kit/command.ts';
import { refusedAs } from '../kit/faults/answered.ts';
import { type Fault, withFaults } from '../kit/faults/proxy.ts';
import { refusedByS3 } from '../kit/faults/s3.ts';
import { granules } from '../kit/granules.ts';
import { Mount, whyNoMounts } from '../kit/mounts.ts';

const tables = ownTables();

/** A table with one granule, and a stream. */
async function streamed(): Promise<string> {
  const table = await tables.create(granules(1));
  const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } as const;
  await client.send(new UpdateTableCommand({ TableName: table, StreamSpecification }));
  return table;
}

/** More than fits onto the disk, also compressed. */
const LARGE = 300;

describeUnless(whyNoDynamoDBLocal() ?? whyNoMounts(), 'archive follow on a file system of its own', () => {
  let disk: Mount | undefined;
  afterEach(() => {
    disk?.remove();
    disk = undefined;
  });

  test('outlasts a full disk, and has every change once there is space again', async () => {
    disk = Mount.tmpfs('200k');
    const { folder } = disk;
    const table = await streamed();
    const following = await host(['archive', 'follow', '--table', table, '--to', folder, '--settle', '1s']);
    await following.until('stdout', (text) => text.includes('base made'));
    const noise = (): string => randomBytes(1_000).toString('hex');
    await putAll(
      table,
      granules(LARGE, 1).map((item) => ({ ...item, noise: { S: noise() } })),
    );
    await following.until('stderr', (text) => text.includes('ENOSPC'));
    disk.remount('size=16m');
    await following.until('stdout', (text) => text.includes(`${table}: resumed`));
    await following.kill('SIGTERM');
    const { code, stderr } = await following.ended;
    expect({ code, warnings: stderr.split('WARNING').length - 1 }).toEqual({ code: 0, warnings: 1 });
    const [summary] = await listArchive(folder);
    expect(summary).toMatchObject({ changes: LARGE });
    expect(await verifyArchive(folder)).toMatchObject([{ isWhole: true }]);
  });

  test('ends by name where it may not write, and goes on once it may', async () => {
    disk = Mount.tmpfs('16m');
    const { folder } = disk;
    const table = await streamed();
    const follow = ['archive', 'follow', '--table', table, '--to', folder, '--settle', '1s', '--once'];
    disk.remount('ro');
    const refused = await cumulusApi(follow);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(folder);
    expect(refused.stderr).toContain('EROFS');
    expect(refused.stderr).not.toContain('    at ');
    disk.remount('rw');
    expect(await cumulusApi(follow)).toMatchObject({ code: 0, stderr: '' });
    expect(await listArchive(folder)).toMatchObject([{ changes: 0, bases: [{ items: 1 }] }]);
  });
});

describeUnless(whyNoDynamoDBLocal(), 'archive follow of a table that it may not read', () => {
  const folder = ownFolder();

  test('names it, follows the others, and fails in the end', async () => {
    const [denied, table] = [await streamed(), await streamed()];
    const isOfDenied = ({ StreamArn: arn }: Readonly<Record<string, unknown>>): boolean => String(arn).includes(denied);
    const fault = refusedAs('DescribeStream', 'AccessDeniedException', 'not authorized', isOfDenied);
    await withFaults([fault], async ({ endpoint }) => {
      const args = ['archive', 'follow', '--table', denied, table, '--to', folder, '--settle', '1s'];
      const following = await host([...args, '--endpoint-url', endpoint]);
      await following.until('stderr', (text) => text.includes(`${denied} is not followed any more: `));
      await following.until('stdout', (text) => text.includes(`${table}: base made`));
      await putAll(table, granules(5, 1));
      const changes = async (): Promise<number | undefined> =>
        (await listArchive(folder)).find((each) => each.table === table)?.changes;
      while ((await changes()) !== 5) await sleep(100);
      await following.kill('SIGINT');
      const { code, stdout, stderr } = await following.ended;
      // That of a run that a signal ended, and in which something failed; without a failure it is 0.
      expect(code).toBe(130);
      expect(stdout).toContain(`${table}: 5 changes archived`);
      expect(stderr).toContain('dynamodb:DescribeStream');
    });
  });
});

describeUnless(whyNoDynamoDBLocal() ?? (await whyNoMoto()), 'following a table into S3, played by moto', () => {
  const moto = ownMoto();
  const bucket = ownBucket(moto, 'follow-faults');
  const streams = createStreamsClient();
  const own = createClient();
  afterAll(() => {
    streams.destroy();
    own.destroy();
  });

  /** Follows a table through faults that come in the midst of its changes, and go. */
  async function through(fault: Fault, passes: boolean): Promise<void> {
    const table = await streamed();
    const archive = bucket.url(table);
    let isOn = false;
    const s3 = async () => moto.s3;
    const summary = async () => (await listArchive(archive, { s3 }).catch(() => []))[0];
    const write = async (from: number): Promise<void> => putAll(table, granules(10, from));
    await withFaults(
      [(call, pass) => (isOn ? fault(call, pass) : pass())],
      async ({ endpoint }) => {
        const retryPolicy = { ...INTERACTIVE_RETRY_POLICY, maxAttempts: 2 };
        const faulty = await createS3Client({ endpoint, retryPolicy });
        const follow = () => {
          const stop = new AbortController();
          const kinds: FollowEvent['kind'][] = [];
          const ended = followTable({
            ...{ client: own, streams, table, archive, s3: async () => faulty, abortSignal: stop.signal },
            ...{ settle: 1_000, segmentEvery: 50, noteEvery: 100, pollInterval: 50, retryInterval: 200 },
            onEvent: ({ kind }) => void kinds.push(kind),
          });
          ended.catch(() => undefined);
          return { stop, kinds, ended };
        };
        const first = follow();
        while ((await summary())?.bases.length !== 1) await sleep(100);
        await write(1);
        isOn = true;
        await write(11);
        if (passes) {
          while (!first.kinds.includes('paused')) await sleep(20);
          await write(21);
          isOn = false;
          while (!first.kinds.includes('resumed')) await sleep(20);
        } else {
          await expect(first.ended).rejects.toThrow(AccessDeniedError);
          await write(21);
          isOn = false;
        }
        const last = passes ? first : follow();
        while (((await summary())?.changes ?? 0) < 30) await sleep(50);
        last.stop.abort();
        await last.ended;
        const reported = first.kinds.filter((kind) => kind === 'paused' || kind === 'resumed');
        expect(reported).toEqual(passes ? ['paused', 'resumed'] : []);
        faulty.destroy();
      },
      moto.endpoint,
    );
    expect(await summary()).toMatchObject({ changes: 30, bases: [{ items: 1 }], gaps: [{ from: undefined }] });
    expect(await verifyArchive(archive, { s3 })).toMatchObject([{ isWhole: true, problems: [] }]);
  }

  testsAtOnce({
    'pauses where S3 throttles, resumes, and loses no change and writes none twice': () =>
      through(refusedByS3(/^PUT /, 503, 'SlowDown'), true),
    'and so where S3 cannot be reached': () =>
      through(async () => {
        throw new Error('The connection is cut.');
      }, true),
    'ends where S3 denies writing, and the next following has every change once': () =>
      through(refusedByS3(/^PUT /, 403, 'AccessDenied'), false),
  });
});

import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  type CreateMultipartUploadCommandInput,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { Scratch } from '@cumulus/test-kit/tables';
import { expect, test } from '@jest/globals';
import { pruneArchive } from '../../src/archive/prune/prune-archive.ts';
import { verifyArchive } from '../../src/archive/verify/verify-archive.ts';
import { parseSpan } from '../../src/backup/catalogue/retention.ts';
import { StorageError } from '../../src/storage/errors.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import { withObjectSettings } from '../../src/storage/s3/object-settings.ts';
import { itemOf, SyntheticArchive } from './synthetic-archive.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describeUnless(await whyNoMoto(), 'an archive in a bucket with Object Lock, played by moto', () => {
  const scratch = new Scratch();
  const moto = ownMoto();

  async function bucketWith({ lock, defaultDays }: { readonly lock: boolean; readonly defaultDays?: number }) {
    const Bucket = `bucket-${randomUUID()}`;
    await moto.s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: lock }));
    if (defaultDays !== undefined) {
      const Rule = { DefaultRetention: { Mode: 'COMPLIANCE', Days: defaultDays } } as const;
      const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule } as const;
      await moto.s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
    }
    const client = new S3Client({ endpoint: moto.endpoint, forcePathStyle: true });
    const uploads: CreateMultipartUploadCommandInput[] = [];
    client.middlewareStack.add(
      (next, { commandName }) =>
        (asked) => {
          if (commandName === 'CreateMultipartUploadCommand')
            uploads.push(asked.input as CreateMultipartUploadCommandInput);
          return next(asked);
        },
      { step: 'initialize', priority: 'low' },
    );
    const s3 = async () => withObjectSettings(client, { lock: { mode: 'GOVERNANCE', milliseconds: 35 * DAY } });
    /** moto forgets what an upload in parts was begun with, which S3 does not. */
    const lockOf = async (Key: string) => {
      const head = await moto.s3.send(new HeadObjectCommand({ Bucket, Key }));
      const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until } = (Key.endsWith('large') && uploads[0]) || head;
      return { mode, hours: until === undefined ? undefined : Math.round((until.getTime() - Date.now()) / HOUR) };
    };
    return { Bucket, s3, lockOf, location: `s3://${Bucket}/archive` };
  }

  test.each([
    ['that locks nothing by itself', undefined, { mode: undefined, hours: undefined }],
    ['that locks everything for years', 400, { mode: 'GOVERNANCE', hours: 1 }],
  ])('has its files locked, and not its notes, in a bucket %s', async (_, defaultDays, ofNotes) => {
    const { s3, lockOf, location } = await bucketWith({ lock: true, ...(defaultDays && { defaultDays }) });
    const storage = await openStorage(location, { s3 });
    const lease = await storage.lease('T');
    await storage.write('T.reach.json', '{}');
    await storage.writeNew('T.changes.gz', Buffer.from('changes'));
    for (const [name, size] of [
      ['small', 10],
      ['large', 9 * 1024 * 1024],
    ] as const) {
      const file = await storage.create(name, { contentType: 'application/gzip', metadata: {}, expectedBytes: size });
      await file.append(Buffer.alloc(size));
      await file.publish();
      await file.close();
    }
    await storage.copy('small', 'copy');
    await storage.write('manifest.next', '{}');
    await storage.move('manifest.next', 'manifest');
    const kept = { mode: 'GOVERNANCE', hours: 35 * 24 };
    for (const name of ['T.changes.gz', 'small', 'large', 'copy', 'manifest']) {
      expect([name, await lockOf(`archive/${name}`)]).toEqual([name, kept]);
    }
    for (const name of ['T.lock', 'T.reach.json']) {
      expect([name, await lockOf(`archive/${name}`)]).toEqual([name, ofNotes]);
    }
    // What is replaced again and again goes on.
    await storage.write('T.reach.json', '{"again":true}');
    await lease.check();
    await lease.release();
    await (await storage.lease('T')).release();
  });

  test('is refused where the bucket has no Object Lock, before anything is written', async () => {
    const { s3, Bucket, location } = await bucketWith({ lock: false });
    const storage = await openStorage(location, { s3 });
    await expect(storage.lease('T')).rejects.toThrow(StorageError);
    await expect(storage.lease('T')).rejects.toThrow(`The bucket ${Bucket} has no Object Lock`);
    expect(await storage.list('')).toEqual([]);
  });

  test('says once of a bucket that its configuration may not be read, and locks what is to stay', async () => {
    const { Bucket, lockOf, location } = await bucketWith({ lock: true });
    const client = new S3Client({ endpoint: moto.endpoint, forcePathStyle: true });
    // Of what S3 answers without s3:GetBucketObjectLockConfiguration, which moto permits to all.
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (asked) => {
          if (commandName !== 'GetObjectLockConfigurationCommand') return next(asked);
          throw Object.assign(new Error('Access Denied'), {
            ...{ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } },
          });
        },
      { step: 'initialize', priority: 'low' },
    );
    const warnings: string[] = [];
    const lock = {
      mode: 'GOVERNANCE',
      milliseconds: 35 * DAY,
      onWarning: (text: string) => warnings.push(text),
    } as const;
    const storage = await openStorage(location, { s3: async () => withObjectSettings(client, { lock }) });
    await storage.write('T.reach.json', '{}');
    await storage.writeNew('T.changes.gz', Buffer.from('changes'));
    expect(warnings).toEqual([
      expect.stringMatching(new RegExp(`${Bucket} .*s3:GetBucketObjectLockConfiguration is not permitted`)),
    ]);
    expect(await lockOf('archive/T.changes.gz')).toEqual({ mode: 'GOVERNANCE', hours: 35 * 24 });
    expect((await lockOf('archive/T.reach.json')).mode).toBeUndefined();
    client.destroy();
  });

  test('says of a pruning what the bucket keeps, and until when; the archive is whole without it', async () => {
    const { s3, Bucket, location } = await bucketWith({ lock: true });
    const directory = scratch.path('archive');
    mkdirSync(directory);
    const start = Date.parse('2026-01-10T07:30:00Z');
    const archive = new SyntheticArchive(directory, 1);
    await archive.openStream(start);
    archive.base(start + 60_000);
    for (let step = 1; step <= 12; step += 1) {
      const now = start + step * 12 * HOUR;
      await archive.change(now, [{ key: 'granule-1', item: itemOf('granule-1', step), time: now / 1000 }]);
      await archive.split(now, 0);
    }
    await archive.readTo(start + 6 * DAY + 60_000);
    const storage = await openStorage(location, { s3 });
    for (const name of readdirSync(directory)) await storage.writeNew(name, readFileSync(join(directory, name)));
    const keep = { within: parseSpan('2d'), daily: 3 };
    const [pruned] = await pruneArchive(location, { keep, s3 });
    const { segments = 0, files = [], bytes = 0 } = pruned ?? {};
    expect(segments).toBeGreaterThan(3);
    expect(pruned).toMatchObject({
      keptAsVersions: segments + files.length,
      locked: { files: segments + files.length, bytes, until: expect.any(Date) },
    });
    expect(Number(pruned?.locked.until)).toBeGreaterThan(Date.now() + 34 * DAY);
    expect(await verifyArchive(location, { s3 })).toMatchObject([{ problems: [] }]);
    // What was removed is hidden, and is there.
    const { DeleteMarkers = [], Versions = [] } = await moto.s3.send(new ListObjectVersionsCommand({ Bucket }));
    const hidden = DeleteMarkers.filter(({ Key }) => Key?.endsWith('.changes.gz')).map(({ Key }) => Key);
    expect(hidden).toHaveLength(segments);
    expect(Versions.map(({ Key }) => Key)).toEqual(expect.arrayContaining(hidden));
    // What somebody else removes, or replaces, is named, and that a version of it is there.
    const names = (await storage.list('')) ?? [];
    const [removed = '', replaced = ''] = names.filter((name) => name.endsWith('000000002.changes.gz'));
    const [{ VersionId: written } = {}] = Versions.filter(({ Key }) => Key === `archive/${removed}`);
    await storage.remove(removed);
    await moto.s3.send(new PutObjectCommand({ Bucket, Key: `archive/${replaced}`, Body: 'other' }));
    const [damaged] = await verifyArchive(location, { s3 });
    const earlierOf = (name: string) => damaged?.problems.find(({ file }) => file.endsWith(name))?.earlier;
    expect(earlierOf(removed)).toMatchObject({ id: written });
    expect(earlierOf(replaced)).toMatchObject({ size: readFileSync(join(directory, replaced)).length });
  });
});

import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describeUnless, ownBucket, ownMoto, whyNoDynamoDBLocal, whyNoMoto } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { PayloadStore } from '../../../src/archive/payloads/payload-store.ts';
import { sweepPayloads } from '../../../src/archive/payloads/sweep-payloads.ts';
import { verifyArchive } from '../../../src/archive/verify/verify-archive.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { Archived } from '../archived.ts';
import { PAYLOAD_BUCKET, pointing } from './pointing.ts';

const DAY = 24 * 3_600_000;

describeUnless(whyNoDynamoDBLocal() ?? (await whyNoMoto()), 'copies of payloads that nothing points to', () => {
  const scratch = new Archived();
  const bucket = ownBucket(ownMoto(), PAYLOAD_BUCKET);

  test('go in two steps, on disk and in S3, and what is needed stays', async () => {
    const followed = await scratch.followed();
    const { front, table } = followed;
    const { s3 } = bucket;
    for (const key of ['of base', 'of change']) await bucket.put(key, key);
    await front.put(pointing(1, 'of base'));
    const follow = { s3, payloads: { buckets: [PAYLOAD_BUCKET] }, once: true };
    await scratch.follow(followed, follow);
    await front.put(pointing(2, 'of change'));
    await scratch.follow(followed, follow);
    // What a pruning removed: the base that has the first, and all changes.
    const pruned = scratch.path('pruned');
    cpSync(scratch.archive, pruned, { recursive: true });
    const names = readdirSync(pruned);
    for (const name of names.filter((each) => /\.changes\.gz$|reach\.json$/.test(each))) rmSync(join(pruned, name));

    const now = Date.now();
    const uploaded = bucket.url('pruned');
    for (const name of readdirSync(pruned, { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue;
      const path = join(name.parentPath, name.name);
      await bucket.client.putObject({
        ...{ Bucket: PAYLOAD_BUCKET, Key: path.replace(pruned, 'pruned') },
        Body: readFileSync(path),
      });
    }
    for (const location of [pruned, uploaded]) {
      const storage = await openStorage(location, { s3 });
      const store = await PayloadStore.open(location, { s3 });
      const sweep = (days: number) => sweepPayloads(storage, { tables: [table], s3, now: now + days * DAY });
      const before = await store.list();
      expect(before.used.size).toBe(2);
      expect(await sweep(0)).toEqual({ retired: 1, removed: 0 });
      const [retired] = (await store.list()).unused;
      // It can be read as before, and is there until a day is over.
      expect((await store.read(retired?.sha256 ?? '')).toString()).toBe('of change');
      expect(await sweep(0.9)).toEqual({ retired: 0, removed: 0 });
      // A follower that keeps the content again has its own copy.
      await store.put(Buffer.from('of change'));
      expect(await sweep(1.1)).toEqual({ retired: 1, removed: 1 });
      expect(await sweep(2.2)).toEqual({ retired: 0, removed: 1 });
      const after = await store.list();
      expect({ ...after, used: after.used.size }).toEqual({ used: 1, unused: [] });
    }

    // In the whole archive all are needed; one that was taken out of use comes back.
    const storage = await openStorage(scratch.archive);
    const store = await PayloadStore.open(scratch.archive);
    for (const sha256 of (await store.list()).used) await store.retire(sha256, new Date(now - 2 * DAY));
    expect(await verifyArchive(scratch.archive)).toMatchObject([{ isWhole: true }]);
    expect(await sweepPayloads(storage, { tables: [table] })).toEqual({ retired: 0, removed: 0 });
    expect((await store.list()).used.size).toBe(2);
    await scratch.expectWhole();
  });
});

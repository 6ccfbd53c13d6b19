import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeUnless, ownBucket, ownMoto, whyNoDynamoDBLocal, whyNoMoto } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { restoreAt } from '../../../src/archive/restore-at.ts';
import { Archived } from '../archived.ts';
import { PAYLOAD_BUCKET, pointing } from './pointing.ts';

const LARGE = 20 * 1024 * 1024;

describeUnless(whyNoDynamoDBLocal() ?? (await whyNoMoto()), 'payloads of an archive, put back into moto', () => {
  const scratch = new Archived();
  const bucket = ownBucket(ownMoto(), PAYLOAD_BUCKET);

  test('are as they were at that second where they are missing; nothing that is there is replaced', async () => {
    const followed = await scratch.followed();
    const { front, table, client } = followed;
    const { s3 } = bucket;
    const large = Buffer.alloc(LARGE, 'large content ');
    const type = 'application/vnd.api+json';
    const { client: S3 } = bucket;
    await S3.putObject({ Bucket: PAYLOAD_BUCKET, Key: 'a b+é/state', Body: 'first', ContentType: type });
    for (const key of ['kept', 'replaced']) await bucket.put(key, key);
    await bucket.put('large', large);
    await front.put(pointing(1, 'a b+é/state', 'kept', 'replaced', 'large', 'never'));
    await front.put(pointing(2, 'kept'));
    const options = { s3, payloads: { buckets: [PAYLOAD_BUCKET], retryAfter: 100 } };
    const stop = new AbortController();
    const following = scratch.follow(followed, { ...options, abortSignal: stop.signal });
    await scratch.reached(Date.now());
    const first = (await scratch.summary()).restorable.at(-1)?.to as Date;
    // The base's and the shard's own: each is noted before the next change.
    while (((await scratch.summary()).payloads?.pending ?? 1) > 0) await new Promise((next) => setTimeout(next, 50));
    await bucket.put('a b+é/state', 'second');
    await front.put(pointing(3, 'a b+é/state'));
    await scratch.reached(Date.now());
    while (((await scratch.summary()).payloads?.pending ?? 1) > 0) await new Promise((next) => setTimeout(next, 50));
    stop.abort();
    await following;

    const to = await scratch.table([], undefined);
    const restore = (more: object = {}) =>
      restoreAt({
        ...{ client, archive: scratch.archive, table, at: first, to, s3, withPayloads: true },
        ...{ existingItems: 'overwrite' as const, ...more },
      });
    for (const key of ['a b+é/state', 'large']) await bucket.remove(key);
    await bucket.put('replaced', 'by another content');
    const counts = { present: 1, different: 1, notArchived: 1, failed: 0 };
    const planned = await restore({ dryRun: true });
    expect(planned.payloads).toMatchObject({ restored: 2, bytes: LARGE + 5, ...counts });
    expect(await bucket.keys('large')).toEqual([]);

    const { payloads, comparison } = await restore();
    expect(comparison?.equal).toBe(true);
    expect(payloads).toEqual({
      ...{ restored: 2, bytes: LARGE + 5, ...counts },
      problems: expect.arrayContaining([
        { bucket: PAYLOAD_BUCKET, key: 'never', kind: 'not archived', problem: 'the archive does not have it' },
        {
          bucket: PAYLOAD_BUCKET,
          key: 'replaced',
          kind: 'different',
          problem: 'another object is there, and was left',
        },
      ]),
    });
    expect(await bucket.read('a b+é/state')).toMatchObject({ content: Buffer.from('first'), type });
    expect((await bucket.read('large')).content.equals(large)).toBe(true);
    expect((await bucket.read('replaced')).content.toString()).toBe('by another content');
    expect((await restore()).payloads).toMatchObject({ restored: 0, ...counts, present: 3 });

    // A copy that is damaged is put nowhere.
    await bucket.remove('large');
    const folder = join(scratch.archive, 'payloads');
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), 'damaged');
    await expect(restore()).rejects.toThrow('its content is not what its name says');
    expect(await bucket.keys('large')).toEqual([]);
    expect(await bucket.openUploads()).toBe(0);
  });
});

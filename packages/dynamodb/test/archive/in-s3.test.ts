import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeUnless, ownBucket, ownMoto, whyNoDynamoDBLocal, whyNoMoto } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { itemHistory } from '../../src/archive/history/item-history.ts';
import { listArchive } from '../../src/archive/list-archive.ts';
import { stateToFile } from '../../src/archive/state-to-file.ts';
import { verifyArchive } from '../../src/archive/verify/verify-archive.ts';
import { granule } from '../scratch.ts';
import { Archived, QUICK } from './archived.ts';

describeUnless(whyNoDynamoDBLocal() ?? (await whyNoMoto()), 'an archive in S3, played by moto', () => {
  const scratch = new Archived();
  const bucket = ownBucket(ownMoto());

  test('is as one on disk: written once by two followers, listed, proved, restored', async () => {
    const followed = await scratch.followed();
    const { front, table } = followed;
    const { s3 } = bucket;
    const archive = bucket.url(randomUUID());
    const follow = () => scratch.follow(followed, { archive, s3, once: true });
    for (let number = 0; number < 30; number += 1) await front.put(granule(number));
    await follow();
    await sleep(QUICK.settle + 1_100);
    await front.put(granule(1, { status: { S: 'later' } }));
    await front.delete({ granuleId: granule(2)['granuleId'] as never });
    await sleep(QUICK.settle + 1_100);
    await Promise.all([follow(), follow()]);
    const [summary] = await listArchive(archive, { s3 });
    expect(summary).toMatchObject({ table, changes: 32, late: 0, bases: [{ items: 30 }] });
    expect(await verifyArchive(archive, { s3 })).toMatchObject([
      { isWhole: true, problems: [], changes: 32, bases: 1 },
    ]);
    const at = summary?.restorable.at(-1)?.to as Date;
    const { items } = await stateToFile({ archive, s3, table, at, directory: bucket.url('state') });
    expect(items).toBe(front.stateAt(at.getTime() / 1000).size);
    const events: string[] = [];
    const key = { granuleId: granule(2)['granuleId'] as never };
    for await (const entry of itemHistory({ archive, s3, table, key })) {
      events.push(entry.kind === 'change' ? entry.event : entry.kind);
    }
    expect(events).toEqual(['INSERT', 'REMOVE']);
  });
});

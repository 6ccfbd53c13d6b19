import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { S3Client } from '@aws-sdk/client-s3';
import { describeUnless, ownBucket, ownMoto, whyNoDynamoDBLocal, whyNoMoto } from '@cumulus/test-kit';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { FollowEvent, FollowOptions } from '../../../src/archive/follow/options.ts';
import { type PayloadEntry, parsePayloadNoteName } from '../../../src/archive/format/payload-note.ts';
import { verifyArchive } from '../../../src/archive/verify/verify-archive.ts';
import type { TypedItem } from '../../../src/items/typed-item.ts';
import { granule } from '../../scratch.ts';
import { Archived, type Followed } from '../archived.ts';
import { PAYLOAD_BUCKET, pointer, pointing } from './pointing.ts';
import { S3Front } from './s3-front.ts';

describeUnless(whyNoDynamoDBLocal() ?? (await whyNoMoto()), 'payloads of an archive, in moto', () => {
  const scratch = new Archived();
  const moto = ownMoto();
  const bucket = ownBucket(moto, PAYLOAD_BUCKET);
  let front: S3Front;
  let client: S3Client;

  beforeAll(async () => {
    front = await S3Front.start(moto.endpoint);
    client = await front.client();
  });
  afterAll(async () => {
    client.destroy();
    await front.close();
  });

  const withPayloads = (): Partial<FollowOptions> => ({
    s3: async () => client,
    payloads: { buckets: [PAYLOAD_BUCKET], retryAfter: 100 },
  });
  const once = (followed: Followed) => scratch.follow(followed, { ...withPayloads(), once: true });
  const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');
  const copies = (): readonly string[] => readdirSync(join(scratch.archive, 'payloads')).sort();
  const entries = (): readonly PayloadEntry[] =>
    readdirSync(scratch.archive)
      .filter((name) => parsePayloadNoteName(name) !== undefined)
      .flatMap((name) =>
        gunzipSync(readFileSync(join(scratch.archive, name)))
          .toString()
          .trim()
          .split('\n')
          .slice(1),
      )
      .map((line) => JSON.parse(line) as PayloadEntry);
  const entryOf = (key: string) => entries().filter((entry) => entry.key === key);

  test('are copied, those of bases and of changes, one file for each content, private', async () => {
    const followed = await scratch.followed();
    await bucket.put('a', 'one');
    await bucket.put('b', 'one');
    await bucket.put('c/d e+é', 'two');
    await followed.front.put(pointing(1, 'a'));
    const base = await once(followed);
    // The change is there, and it is in the base.
    expect(base.payloads).toEqual({ copied: 2, bytes: 6, gone: 0, elsewhere: 0, failed: 0 });
    await followed.front.put(pointing(2, 'b', 'c/d e+é', 'b'));
    expect((await once(followed)).payloads).toMatchObject({ copied: 2, bytes: 6 });
    expect(copies()).toEqual([sha256('one'), sha256('two')].sort());
    for (const name of copies()) {
      const path = join(scratch.archive, 'payloads', name);
      expect(sha256(readFileSync(path))).toBe(name);
      expect(statSync(path).mode & 0o777).toBe(0o600);
    }
    const { ETag, LastModified } = await bucket.client.headObject({ Bucket: PAYLOAD_BUCKET, Key: 'c/d e+é' });
    const copy = { sha256: sha256('two'), bytes: 3, etag: ETag, lastModified: LastModified?.toISOString() };
    const time = followed.front.journal.at(-1)?.time;
    expect(entryOf('c/d e+é')).toMatchObject([{ bucket: PAYLOAD_BUCKET, time, copy }]);
    // Nothing is left to do.
    expect((await once(followed)).payloads).toEqual({ copied: 0, bytes: 0, gone: 0, elsewhere: 0, failed: 0 });

    const payloads = { copied: 4, bytes: 12, gone: 0, elsewhere: 0, failed: 0, pending: 0 };
    expect(await scratch.summary()).toMatchObject({ pointersToS3: 4, payloads });
    expect(await verifyArchive(scratch.archive)).toMatchObject([{ isWhole: true, problems: [], payloads }]);
    await expectDamageFound();
  });

  const noteAfter = (name: string): string =>
    name.replace(/\d{9}(?=\.payloads\.gz$)/, (number) => String(Number(number) + 1).padStart(9, '0'));

  /** Damages each copy and each note of a copy of the archive, one at a time. */
  async function expectDamageFound(): Promise<void> {
    const files = readdirSync(scratch.archive, { recursive: true })
      .map(String)
      .filter((name) => /payloads\/|\.payloads\.gz$/.test(name));
    expect(files.length).toBeGreaterThan(3);
    for (const name of files) {
      const path = join(scratch.archive, name);
      const bytes = readFileSync(path);
      rmSync(path);
      const isLastNote = name.endsWith('.gz') && !files.includes(noteAfter(name));
      const [removed] = await verifyArchive(scratch.archive);
      // Without a shard's last note its pointers count as not looked for.
      if (isLastNote) expect(removed?.payloads?.pending ?? 'none').not.toBe(0);
      else expect(removed?.problems).toEqual([{ file: path, problem: expect.stringContaining('missing') }]);
      const altered = Buffer.from(bytes);
      altered[bytes.length - 1] = (altered.at(-1) ?? 0) ^ 1;
      writeFileSync(path, altered);
      expect((await verifyArchive(scratch.archive))[0]?.problems.map(({ file }) => file)).toEqual([path]);
      writeFileSync(path, bytes);
    }
    await scratch.expectWhole();
  }

  test('are copied while a table is followed, and changes wait for none of them', async () => {
    const followed = await scratch.followed();
    await bucket.put('slow', 'slow');
    await bucket.put('quick', 'quick');
    front.treat('slow', 'hold');
    const events: FollowEvent[] = [];
    const stop = new AbortController();
    const following = scratch.follow(followed, {
      ...withPayloads(),
      abortSignal: stop.signal,
      onEvent: (event) => events.push(event),
    });
    await scratch.reached(0);
    await followed.front.put(pointing(1, 'slow'));
    await front.holds();
    // The copy hangs, and the archive goes on.
    await followed.front.put(granule(2));
    await followed.front.put(pointing(3, 'quick'));
    await scratch.reached(Date.now());
    expect((await scratch.summary()).changes).toBe(3);
    expect(entries()).toEqual([]);
    front.release();
    while (entries().length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    stop.abort();
    expect((await following).payloads).toMatchObject({ copied: 2, failed: 0 });
    expect(copies()).toEqual([sha256('slow'), sha256('quick')].sort());
    expect(events.filter(({ kind }) => kind === 'payloads').length).toBeGreaterThan(0);
  });

  test('are noted with what is wrong, and are copied later where that passes', async () => {
    const followed = await scratch.followed();
    for (const key of ['denied', 'throttled', 'hanging']) await bucket.put(key, key);
    front.treat('denied', 'deny');
    front.treat('throttled', 'throttle');
    front.treat('hanging', 'hold');
    const item: TypedItem = {
      ...pointing(1, 'denied', 'throttled', 'hanging', 'missing'),
      other: pointer('secret', 'another-bucket'),
    };
    const options = { ...withPayloads(), once: true };
    const quick = { ...options, payloads: { buckets: [PAYLOAD_BUCKET], timeout: 1_000 } };
    await scratch.follow(followed, options);
    await followed.front.put(item);
    const events: FollowEvent[] = [];
    const first = await scratch.follow(followed, { ...quick, onEvent: (event) => events.push(event) });
    expect(first).toMatchObject({
      changes: 1,
      pointersToS3: 5,
      payloads: { copied: 0, gone: 1, elsewhere: 1, failed: 3 },
    });
    const problems = Object.fromEntries(entries().map(({ key, problem }) => [key, problem]));
    expect(problems).toEqual({
      denied: { kind: 'failed', reason: expect.stringContaining('No permission') },
      throttled: { kind: 'failed', reason: expect.stringContaining('throttling') },
      hanging: { kind: 'failed', reason: 'S3 did not give it within 1 s' },
      missing: { kind: 'gone', reason: 'there is no such object' },
      secret: { kind: 'elsewhere', reason: expect.stringContaining('another-bucket') },
    });
    expect(events).toContainEqual(expect.objectContaining({ kind: 'payloads', firstFailure: expect.anything() }));
    front.treat('denied', undefined);
    front.release();
    // Overwritten meanwhile: it is archived as it is now, with its time.
    await bucket.put('hanging', 'later content');
    expect((await scratch.follow(followed, quick)).payloads).toMatchObject({ copied: 2, failed: 1 });
    const later = entryOf('hanging').find(({ copy }) => copy !== undefined);
    expect(later?.copy?.sha256).toBe(sha256('later content'));
    expect(Date.parse(later?.copy?.lastModified ?? '')).toBeGreaterThanOrEqual((later?.time ?? 0) * 1000);
    front.treat('throttled', undefined);
    expect((await scratch.follow(followed, quick)).payloads).toMatchObject({ copied: 1, failed: 0 });
    expect((await scratch.follow(followed, quick)).payloads).toMatchObject({ copied: 0, failed: 0 });
    expect(copies()).toEqual([sha256('denied'), sha256('later content'), sha256('throttled')].sort());
  });
});

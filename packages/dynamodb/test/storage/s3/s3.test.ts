import { createHash, randomBytes } from 'node:crypto';
import { describeWithMoto, ownBucket } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { LeaseHeldError } from '../../../src/storage/errors.ts';
import { copyObject } from '../../../src/storage/s3/copy.ts';
import { S3Lease } from '../../../src/storage/s3/lease.ts';
import { NewS3File } from '../../../src/storage/s3/new-file.ts';
import { type ObjectStatus, S3Objects } from '../../../src/storage/s3/objects.ts';
import { S3File } from '../../../src/storage/s3/stored-file.ts';
import type { S3Location } from '../../../src/storage/s3/url.ts';
import { compareS3Objects, copyS3Object } from '../../../src/storage/s3-copies.ts';

await describeWithMoto('S3, played by moto', (moto) => {
  const objects = new S3Objects(moto.s3);
  const bucket = ownBucket(moto);
  const at = (key: string): S3Location => ({ bucket: bucket.name, key });

  test('an object too large for one request is copied in parts, with its metadata and type', async () => {
    const content = 'abcdefghij'.repeat(1_200_000);
    await objects.put(at('folder with spaces/from+plus.json'), content, { metadata: { mine: 'kept' } });
    const location = at('folder with spaces/from+plus.json');
    const status = await objects.status(location);
    if (status === undefined) throw new Error('it was put');
    // As AWS answers where the upload was begun by this checksum, and moto does not.
    let [algorithm, completed]: unknown[] = [];
    moto.s3.middlewareStack.add(
      (next) => async (args) => {
        const input = args.input as { PartNumber?: number; ChecksumAlgorithm?: string; MultipartUpload?: object };
        algorithm ??= input.ChecksumAlgorithm;
        completed ??= input.MultipartUpload;
        const answer = await next(args);
        const { CopyPartResult } = answer.output as { CopyPartResult?: { ChecksumCRC32?: string } };
        if (CopyPartResult !== undefined) CopyPartResult.ChecksumCRC32 = `of part ${input.PartNumber}`;
        return answer;
      },
      { step: 'initialize', name: 'checksums' },
    );
    await copyObject(objects, { location, status }, at('copied'), { copyBytes: 5 * 1024 * 1024 });
    moto.s3.middlewareStack.remove('checksums');
    expect(algorithm).toBe('CRC32');
    const Parts = [1, 2, 3].map((PartNumber) => ({ PartNumber, ChecksumCRC32: `of part ${PartNumber}` }));
    expect(completed).toMatchObject({ Parts });
    const copy = await objects.read(at('copied'));
    expect(copy?.content.toString()).toBe(content);
    expect(copy).toMatchObject({ metadata: { mine: 'kept' }, contentType: 'application/json' });
    expect(copy?.etag).toMatch(/-3"$/);

    const gone = { location: at('gone'), status };
    await expect(copyObject(objects, gone, at('not copied'), { copyBytes: 5 * 1024 * 1024 })).rejects.toThrow();
    expect(await objects.status(at('not copied'))).toBeUndefined();
    expect(await bucket.openUploads()).toBe(0);
  });

  test('a copy for others to rely on keeps tags, and takes no place that is taken', async () => {
    const content = randomBytes(6_000_000).toString('hex');
    const [location, to] = [at('tagged'), at('tagged copy')];
    await objects.put(location, content, { tagging: 'k=v+w&l=%2B', contentType: 'text/plain' });
    const source = { location, status: (await objects.status(location)) as ObjectStatus };
    const options = { copyBytes: 5 * 1024 * 1024, demand: 'absent', withTags: true } as const;
    await copyObject(objects, source, to, options);
    expect(await objects.tagging(to)).toBe('k=v+w&l=%2B');
    expect((await objects.status(to))?.contentType).toBe('text/plain');
    // The ETag of the copy is one of its parts, so both are read.
    expect(await compareS3Objects(objects, location, to)).toBe('same');
    expect(await objects.tagging(at('none'))).toBe('');

    // As AWS answers to a condition that is not met, and moto does not look at.
    const unmet = { name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } };
    moto.s3.middlewareStack.add(
      (next, { commandName }) =>
        (args) =>
          commandName === 'CopyObjectCommand' ? Promise.reject(Object.assign(new Error('unmet'), unmet)) : next(args),
      { step: 'initialize', name: 'unmet' },
    );
    expect(await copyS3Object(objects, source, at('never'))).toBe(false);
    moto.s3.middlewareStack.remove('unmet');
    expect(await copyS3Object(objects, source, at('copy'))).toBe(true);
    expect(await compareS3Objects(objects, location, at('copy'))).toBe('same');
    await objects.put(to, `${content.slice(0, -1)}x`);
    expect(await compareS3Objects(objects, location, to)).toBe('different');
    await objects.put(to, 'short');
    expect(await compareS3Objects(objects, location, to)).toBe('different');
    expect(await compareS3Objects(objects, location, at('none'))).toBe('missing');
    expect(await compareS3Objects(objects, at('none'), location)).toBe('missing');
  });

  test('an object larger than asked for is not read', async () => {
    await objects.put(at('large'), 'x'.repeat(1_001));
    await expect(objects.read(at('large'), { maxBytes: 1_000 })).rejects.toThrow('more than 1000 bytes');
    expect((await objects.read(at('large'), { maxBytes: 1_001 }))?.content).toHaveLength(1_001);
  });

  test('an upload of any chunks is their content, with its SHA-256, and appears at its end only', async () => {
    const location = at('uploaded');
    const content = randomBytes(30_000_000);
    const metadata = { id: '1' };
    const upload = new NewS3File({ objects, location, metadata, contentType: 'text/plain', expectedBytes: 0 });
    const memory = Buffer.alloc(1_234_567);
    for (let start = 0; start < content.length; start += memory.length) {
      // Memory that is used again, as that of a page is.
      const length = content.copy(memory, 0, start);
      await upload.append(memory.subarray(0, length));
    }
    await upload.finish();
    expect(await objects.status(location)).toBeUndefined();
    await upload.publish();
    expect(upload.bytes).toBe(content.length);
    expect(upload.sha256).toBe(createHash('sha256').update(content).digest('hex'));
    expect(await objects.status(location)).toMatchObject({ size: content.length, metadata });

    const hash = createHash('sha256');
    const file = await S3File.open(objects.client, location);
    for await (const chunk of file.chunks()) hash.update(chunk);
    expect(hash.digest('hex')).toBe(upload.sha256);
    expect(await file.head(3)).toEqual(content.subarray(0, 3));
  });

  test('a list reports where objects are and when they were written, those in folders only if asked to', async () => {
    const before = Math.floor(Date.now() / 1000) * 1000;
    for (const key of ['list/a', 'list/b', 'list/folder/c', 'list-of-others']) await objects.put(at(key), '{}');
    const listed = await objects.list(at('list/'));
    expect(listed).toEqual(['list/a', 'list/b'].map((key) => ({ ...at(key), lastModified: expect.any(Date) })));
    for (const { lastModified } of listed) expect(Number(lastModified)).toBeGreaterThanOrEqual(before);
    const nested = await objects.list(at('list/'), { nested: true });
    expect(nested.map(({ key }) => key)).toEqual(['list/a', 'list/b', 'list/folder/c']);
  });

  test('a lease is held by one, and who loses it finds out', async () => {
    const lock = at('T.json.lock');
    const lease = await S3Lease.take(objects, at('T.json'));
    await expect(S3Lease.take(objects, at('T.json'))).rejects.toThrow(LeaseHeldError);
    await lease.check();
    await lease.release();
    expect(await objects.status(lock)).toBeUndefined();

    const lost = await S3Lease.take(objects, at('T.json'));
    await objects.put(lock, '{"holder":"another"}');
    await expect(lost.check()).rejects.toThrow('was taken away');
    await lost.release();
    expect(await objects.status(lock)).toBeDefined();
  });

  test('a lease that was given back, and could not be removed, stands in the way of others, not of its process', async () => {
    const data = at('left.json');
    const lease = await S3Lease.take(objects, data);
    const refused = new Error('S3 cannot be reached.');
    moto.s3.middlewareStack.add(
      () => async () => {
        throw refused;
      },
      { step: 'initialize', name: 'unreachable' },
    );
    await expect(lease.release()).rejects.toThrow(refused);
    moto.s3.middlewareStack.remove('unreachable');
    expect(await objects.status(at('left.json.lock'))).toBeDefined();
    const next = await S3Lease.take(objects, data);
    await expect(S3Lease.take(objects, data)).rejects.toThrow(LeaseHeldError);
    await next.release();
  });
});

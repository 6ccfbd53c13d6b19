import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { describeWithMoto, ownBucket, ownFolder } from '@cumulus/test-kit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { FileError, LeaseHeldError, ResumeMismatchError, StorageError } from '../../src/storage/errors.ts';
import { openStorage, openStorageOf } from '../../src/storage/open-storage.ts';
import type { NewFile, NewFileOptions, Storage } from '../../src/storage/storage.ts';

const directory = ownFolder();

describe('a storage on disk', () => storageTests(() => join(directory, randomUUID())));

await describeWithMoto('a storage in S3, played by moto', (moto) => {
  const bucket = ownBucket(moto);
  storageTests(() => bucket.url(randomUUID()), bucket.s3);
});

/** What every storage promises. @param newLocation gives one that no test has used */
function storageTests(newLocation: () => string, s3?: () => Promise<S3Client>): void {
  let location = '';
  let storage: Storage;
  beforeEach(async () => {
    location = newLocation();
    storage = await openStorage(location, { s3: s3 as never });
    await storage.prepare();
  });

  const text = async (name: string): Promise<string | undefined> => (await storage.read(name))?.toString('utf8');
  const options: NewFileOptions = { contentType: 'text/plain', metadata: { id: '7' }, expectedBytes: 10 };
  const written = async (file: NewFile, content: string): Promise<NewFile> => {
    await file.append(Buffer.from(content));
    return file;
  };

  test('has the files that were written, by their names, in the order of these', async () => {
    for (const name of ['b', 'a', 'other']) await storage.write(name, name);
    await storage.write('a', 'again');
    expect(await storage.list('')).toEqual(['a', 'b', 'other']);
    expect(await storage.list('o')).toEqual(['other']);
    expect([await text('a'), await text('b')]).toEqual(['again', 'b']);
    expect(await storage.find('a')).toMatchObject({ size: 5 });
    // S3 counts seconds.
    expect(Number((await storage.find('a'))?.modified)).toBeGreaterThan(Date.now() - 60_000);
    expect(storage.pathOf('a')).toBe(`${location}/a`);
    await storage.requireFiles(['a', 'none']);
  });

  test('says that a file is not there, and removes what is not there', async () => {
    expect(await storage.find('none')).toBeUndefined();
    expect(await storage.read('none')).toBeUndefined();
    await expect(storage.open('none')).rejects.toThrow(location.startsWith('s3:') ? StorageError : FileError);
    await storage.remove('none');
    await storage.write('some', '');
    await storage.remove('some');
    expect(await storage.list('')).toEqual([]);
  });

  test('writes a new file once, whole, however many write it at the same time', async () => {
    const contents = Array.from({ length: 8 }, () => randomBytes(200_000));
    const taken = await Promise.all(contents.map((content) => storage.writeNew('new', content)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect((await storage.read('new'))?.equals(contents[taken.indexOf(true)] as Buffer)).toBe(true);
    expect(await storage.writeNew('new', Buffer.from('again'))).toBe(false);
    expect(await storage.writeNew('other', Buffer.from([0, 255, 10]))).toBe(true);
    expect((await storage.read('other'))?.equals(Buffer.from([0, 255, 10]))).toBe(true);
    expect(await storage.list('')).toEqual(['new', 'other']);
  });

  test('reads a file any number of times at once, and by the name that it is called', async () => {
    const content = randomBytes(600_000);
    const file = await storage.create('large', options);
    await file.append(content);
    await file.finish();
    await file.publish();
    const opened = await storage.open('large', 'my file');
    expect(opened).toMatchObject({ name: 'my file', status: { size: content.length } });
    const all = async (keep: boolean): Promise<Buffer> => {
      const chunks: Buffer[] = [];
      for await (const chunk of opened.chunks(keep)) chunks.push(keep ? chunk : Buffer.from(chunk));
      return Buffer.concat(chunks);
    };
    for (const read of await Promise.all([all(true), all(false)])) expect(read.equals(content)).toBe(true);
    expect(await opened.head(3)).toEqual(content.subarray(0, 3));
    await opened.close();
  });

  test('distinguishes a file from one that took its name', async () => {
    await storage.write('a', '1');
    const opened = await storage.open('a');
    expect(await storage.find('a')).toMatchObject({ version: opened.status.version });
    await storage.write('a', '2');
    expect((await storage.find('a'))?.version).not.toBe(opened.status.version);
    await opened.close();
  });

  test('moves and copies files; a copy that is there stays, another file is not replaced', async () => {
    await storage.write('a', 'aa');
    await storage.copy('a', 'copy');
    await storage.copy('a', 'copy');
    await storage.write('b', 'b');
    await expect(storage.copy('a', 'b')).rejects.toThrow(/is not what .* has to be kept as/);
    await storage.move('a', 'b');
    expect(await storage.list('')).toEqual(['b', 'copy']);
    expect([await text('b'), await text('copy')]).toEqual(['aa', 'aa']);
  });

  test('gives a new file its name when it is published, in place of what has it', async () => {
    await storage.write('T', 'before');
    const file = await written(await storage.create('T', options), 'one');
    await file.flush();
    await written(file, ' two');
    await file.finish();
    expect(await text('T')).toBe('before');
    expect(file).toMatchObject({ bytes: 7, sha256: createHash('sha256').update('one two').digest('hex') });
    await file.publish();
    await file.close();
    expect(await text('T')).toBe('one two');
    expect(await storage.list('')).toEqual(['T']);
    expect((await storage.find('T'))?.metadata).toEqual(storage.keepsMetadata ? { id: '7' } : {});
  });

  test('resumes a file that was not finished where it can, and removes what is not wanted of such', async () => {
    const file = await written(await storage.create('T', options), 'proved');
    await file.flush();
    const known = { bytes: file.bytes, sha256: file.sha256 };
    await written(file, ' and lost');
    await file.close();
    expect(await text('T')).toBeUndefined();
    if (storage.canResume) {
      const altered = { ...known, sha256: createHash('sha256').update('other').digest('hex') };
      await expect(storage.resume('T', altered)).rejects.toThrow(ResumeMismatchError);
      const resumed = await written(await storage.resume('T', known), ' again');
      await resumed.finish();
      await resumed.publish();
      expect(await text('T')).toBe('proved again');
      await (await storage.create('T', options)).close();
      expect(await storage.list('T.')).toEqual(['T.partial']);
    }
    await storage.removeUnfinished('T', (name) => name === 'another');
    await storage.removeUnfinished('T', (name) => name === 'T');
    expect(await storage.list('T.')).toEqual([]);
  });

  test('leases a file to one at a time', async () => {
    const lease = await storage.lease('T');
    await expect(storage.lease('T')).rejects.toThrow(LeaseHeldError);
    await (await storage.lease('U')).release();
    await lease.check();
    await lease.release();
    await (await storage.lease('T')).release();
    expect(await storage.list('')).toEqual([]);
  });

  test('shows the holder of a lease that it is lost', async () => {
    const lease = await storage.lease('T');
    for (const name of (await storage.list('T.lock')) ?? []) await storage.remove(name);
    await expect(lease.check()).rejects.toThrow('was taken away');
    await lease.release();
  });

  test('is found by the path or URL of a file in it', async () => {
    await storage.write('a', '1');
    const found = await openStorageOf(`${location}/a`, { s3: s3 as never });
    expect(found.name).toBe('a');
    expect((await found.storage.read(found.name))?.toString()).toBe('1');
  });
}

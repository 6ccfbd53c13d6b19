import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { describeWithMoto, ownBucket, ownFolder } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findItems } from '../../../src/backup/select/find-items.ts';
import { AgeWriter } from '../../../src/storage/encryption/age-writer.ts';
import { decrypt } from '../../../src/storage/encryption/decrypt.ts';
import { EncryptedFile } from '../../../src/storage/encryption/encrypted-file.ts';
import { newKey } from '../../../src/storage/encryption/new-key.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';

const MEGABYTE = 1024 * 1024;
const NEW = { contentType: undefined, metadata: {}, expectedBytes: 0 };

const { identity, recipient } = await newKey();

const text = fc.string({ unit: 'grapheme' });
const value = fc.oneof(
  fc.record({ S: text }),
  fc.record({ N: fc.maxSafeInteger().map(String) }),
  fc.record({ B: fc.base64String() }),
  fc.record({ BOOL: fc.boolean() }),
  fc.record({ L: fc.array(fc.record({ S: text }), { maxLength: 4 }) }),
);
const item = fc.dictionary(
  text.map((name) => `a${name}`),
  value,
  { minKeys: 1, maxKeys: 5 },
);

async function* piecesOf(stored: Buffer, size: number): AsyncGenerator<Buffer, void> {
  for (let at = 0; at < stored.length; at += size) yield stored.subarray(at, at + size);
}

async function decrypted(stored: Buffer, size = 10_000): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of decrypt(piecesOf(stored, size), { name: 'a file', identities: [identity] })) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function encrypted(chunks: readonly Uint8Array[]): Promise<Buffer> {
  const taken: Buffer[] = [];
  const writer = await AgeWriter.create([recipient], async (chunk) => {
    taken.push(Buffer.from(chunk));
  });
  for (const chunk of chunks) await writer.append(chunk);
  await writer.finish();
  return Buffer.concat(taken);
}

await describeWithMoto('an encrypted file in S3, played by moto', (moto) => {
  const bucket = ownBucket(moto);

  test('of several parts is opened to what was written, and is there only once it is published', async () => {
    const storage = await openStorage(bucket.url('in-parts'), { s3: bucket.s3 });
    const plain = randomBytes(17 * MEGABYTE);
    const file = await EncryptedFile.create(await storage.create('T.json.age', NEW), [recipient]);
    for await (const piece of piecesOf(plain, 300_000)) await file.append(piece);
    await file.finish();
    expect(await storage.find('T.json.age')).toBeUndefined();
    await file.publish();
    await file.close();
    const stored = (await storage.read('T.json.age')) as Buffer;
    expect(stored.length).toBe(file.bytes);
    expect(createHash('sha256').update(stored).digest('hex')).toBe(file.sha256);
    expect((await storage.find('T.json.age'))?.version).toMatch(/-3"?$/);
    expect((await decrypted(stored, MEGABYTE)).equals(plain)).toBe(true);
    expect(await bucket.openUploads()).toBe(0);
  });

  test('that is given up leaves neither a file nor an upload', async () => {
    const storage = await openStorage(bucket.url('given-up'), { s3: bucket.s3 });
    const file = await EncryptedFile.create(await storage.create('T.json.age', NEW), [recipient]);
    for await (const piece of piecesOf(randomBytes(17 * MEGABYTE), MEGABYTE)) await file.append(piece);
    await file.close();
    expect(await storage.find('T.json.age')).toBeUndefined();
    expect(await bucket.openUploads()).toBe(0);
  });
});

describe('what is encrypted', () => {
  const folder = ownFolder();

  test('is opened to the same bytes, however it was cut into pieces', async () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 70_000, size: 'max' }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(chunks, fc.integer({ min: 1_000, max: 200_000 }), async (given, size) => {
        const opened = await decrypted(await encrypted(given), size);
        expect(opened.equals(Buffer.concat(given))).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  test('has any items as they were', async () => {
    const file = `${folder}/T.json.age`;
    await fc.assert(
      fc.asyncProperty(fc.array(item, { minLength: 1, maxLength: 20 }), async (items) => {
        const lines = items.map((each) => JSON.stringify(each));
        writeFileSync(file, await encrypted([Buffer.from(`${lines.join('\n')}\n`)]));
        const found: string[] = [];
        for await (const each of findItems({ file, identities: [identity] })) found.push(JSON.stringify(each.item));
        expect(found).toEqual(lines);
      }),
      { numRuns: 25 },
    );
  });
});

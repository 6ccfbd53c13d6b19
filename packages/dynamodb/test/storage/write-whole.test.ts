import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { describeWithMoto, ownBucket, ownFolder } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import { LeaseHeldError } from '../../src/storage/errors.ts';
import { openStorageOf } from '../../src/storage/open-storage.ts';
import { writeWhole } from '../../src/storage/write-whole.ts';

const folder = ownFolder();

describe('a file on disk', () => {
  wholeFileTests(() => join(folder, randomUUID(), 'report.json'));

  test('is written although a writer that was killed had begun it', async () => {
    const path = join(folder, 'killed', 'report.json');
    mkdirSync(join(folder, 'killed'));
    writeFileSync(`${path}.partial`, '[1, 2');
    await writeWhole(path, pieces('[]'), { expectedBytes: 2 });
    expect(await left(path)).toEqual(['report.json']);
  });
});

await describeWithMoto('a file in S3, played by moto', (moto) => {
  const bucket = ownBucket(moto);
  wholeFileTests(() => `${bucket.url(randomUUID())}/report.json`, bucket.s3);

  test('in several parts leaves no upload behind when it breaks off', async () => {
    const large = async function* (): AsyncGenerator<Buffer, void> {
      for (let piece = 0; piece < 10; piece += 1) yield Buffer.alloc(1_000_000);
      throw new Error('broken');
    };
    const options = { s3: bucket.s3, expectedBytes: 1 };
    await expect(writeWhole(`${bucket.url('parts')}/r`, large(), options)).rejects.toThrow('broken');
    expect(await bucket.openUploads()).toBe(0);
  });
});

async function* pieces(...texts: readonly string[]): AsyncGenerator<Buffer, void> {
  for (const text of texts) yield Buffer.from(text);
}

/** What there is in the folder of a file. */
async function left(location: string, s3?: () => Promise<S3Client>): Promise<readonly string[] | undefined> {
  const { storage } = await openStorageOf(location, { s3: s3 as never });
  return storage.list('');
}

function wholeFileTests(newLocation: () => string, s3?: () => Promise<S3Client>): void {
  const options = { s3: s3 as never, expectedBytes: 10 };
  const text = async (location: string): Promise<string | undefined> => {
    const { storage, name } = await openStorageOf(location, options);
    return (await storage.read(name))?.toString('utf8');
  };

  test('is there with all its pieces, and nothing else, also in place of another', async () => {
    const location = newLocation();
    for (const texts of [['[', '1', ']'], ['{}']]) {
      await writeWhole(location, pieces(...texts), options);
      expect(await text(location)).toBe(texts.join(''));
      expect(await left(location, s3)).toEqual(['report.json']);
    }
  });

  test('is as it was, or not there, if the pieces break off or the work is aborted', async () => {
    const broken = async function* (): AsyncGenerator<Buffer, void> {
      yield Buffer.from('[1,');
      throw new Error('broken');
    };
    const [first, second] = [newLocation(), newLocation()];
    await writeWhole(second, pieces('[]'), options);
    const aborted = { ...options, abortSignal: AbortSignal.abort(new Error('aborted')) };
    for (const location of [first, second]) {
      await expect(writeWhole(location, broken(), options)).rejects.toThrow('broken');
      await expect(writeWhole(location, pieces('[1]'), aborted)).rejects.toThrow('aborted');
    }
    expect(await text(first)).toBeUndefined();
    expect(await left(first, s3)).toEqual([]);
    expect(await text(second)).toBe('[]');
    expect(await left(second, s3)).toEqual(['report.json']);
  });

  test('is written by one at a time', async () => {
    const location = newLocation();
    let go = (): void => undefined;
    const waits = new Promise<void>((resolve) => {
      go = resolve;
    });
    const slow = async function* (): AsyncGenerator<Buffer, void> {
      yield Buffer.from('[');
      await waits;
      yield Buffer.from(']');
    };
    const asked = slow();
    const first = writeWhole(location, asked, options);
    const second = async (): Promise<void> => {
      for (;;) {
        if ((await left(location, s3))?.some((name) => name.startsWith('report.json'))) break;
      }
      await writeWhole(location, pieces('[2]'), options);
    };
    await expect(second()).rejects.toThrow(LeaseHeldError);
    go();
    await first;
    expect(await text(location)).toBe('[]');
  });
}

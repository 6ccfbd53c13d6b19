import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { unzstd } from '../../src/storage/unzstd.ts';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, '..', 'fixtures', name));
const ZEROS = Buffer.alloc(8);

async function unpack(content: Buffer, size = content.length): Promise<string> {
  const chunks = async function* (): AsyncGenerator<Buffer, void> {
    for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
  };
  const unpacked: Buffer[] = [];
  for await (const chunk of unzstd(chunks())) unpacked.push(chunk);
  return Buffer.concat(unpacked).toString('utf8');
}

const A = '{"id":{"S":"a"}}\n';
const B = '{"id":{"S":"b"}}\n';
const BLOCKS = Array.from(
  { length: 9000 },
  (_, number) => `{"id":{"S":"${String(number).padStart(6, '0')}"},"v":{"S":"${'x'.repeat(number % 50)}"}}\n`,
).join('');

describe('a zstd file is unpacked to its last byte, wherever its chunks end', () => {
  test.each([
    ['a.json.zst', A],
    ['zstd-frames.json.zst', A + B],
    ['zstd-skippable-first.json.zst', B + A],
    ['zstd-blocks.json.zst', BLOCKS],
  ])('%s', async (name, text) => {
    for (const size of [undefined, 1000, 1]) expect(await unpack(fixture(name), size)).toBe(text);
  });

  test('nothing in it is nothing', async () => {
    expect(await unpack(Buffer.alloc(0))).toBe('');
  });
});

describe('a zstd file that is not whole is refused', () => {
  test('wherever it ends', async () => {
    const whole = fixture('zstd-frames.json.zst');
    const ends = Array.from({ length: whole.length - 1 }, (_, index) => index + 1);
    const texts = await Promise.all(
      ends.map((end) =>
        unpack(whole.subarray(0, end)).then(
          (text) => text,
          (error: NodeJS.ErrnoException) => error.code,
        ),
      ),
    );
    // At the end of a frame it is a whole file of fewer frames.
    expect(new Set(texts)).toEqual(new Set([A, 'Z_DATA_ERROR']));
    const cut = fixture('zstd-blocks.json.zst');
    for (const end of [cut.length - 1, cut.length - 4, cut.length - 5, 1000, 5])
      await expect(unpack(cut.subarray(0, end))).rejects.toThrow(/cut short/);
  });

  test.each([
    ['text', Buffer.from('hello')],
    ['zero bytes', ZEROS],
    ['a gzip file', Buffer.from('1f8b0800', 'hex')],
  ])('if %s follows', async (_, more) => {
    await expect(unpack(Buffer.concat([fixture('a.json.zst'), more]))).rejects.toThrow(/something else than a frame/);
  });

  test('whichever bit of it is another', async () => {
    const whole = fixture('a.json.zst');
    for (let bit = 0; bit < whole.length * 8; bit += 1) {
      const other = Buffer.from(whole);
      other[bit >> 3] = (other[bit >> 3] as number) ^ (1 << (bit & 7));
      const unpacked = await unpack(other).catch((error: NodeJS.ErrnoException) => String(error.code));
      // One bit of the header is unused; the window's size may be another.
      if (unpacked !== A) expect(unpacked).toMatch(/^Z/);
    }
    const blocks = fixture('zstd-blocks.json.zst');
    for (let at = 20; at < blocks.length - 4; at += Math.ceil(blocks.length / 60)) {
      const other = Buffer.from(blocks);
      other[at] = (other[at] as number) ^ 4;
      const unpacked = await unpack(other).catch((error: NodeJS.ErrnoException) => String(error.code));
      if (unpacked !== BLOCKS) expect(unpacked).toMatch(/^Z/);
    }
  });
});

describe('a frame that the library would not unpack, or only in much memory, is named', () => {
  test.each([
    ['a window of 128 MB', '28b52ffd0088090000', 'its window has more than 32 MB'],
    ['a content of 4 GB in one segment', '28b52ffda0ffffffff090000', 'its window has more than 32 MB'],
    ['a dictionary', '28b52ffd0158070000', 'it needs a dictionary'],
  ])('%s', async (_, start, message) => {
    const frame = Buffer.concat([Buffer.from(start, 'hex'), Buffer.from('a')]);
    await expect(unpack(frame)).rejects.toMatchObject({ code: 'ZSTD_UNSUPPORTED', message });
  });

  test('and a window of 8 MB is not', async () => {
    expect(await unpack(Buffer.concat([Buffer.from('28b52ffd0068090000', 'hex'), Buffer.from('a')]))).toBe('a');
  });
});

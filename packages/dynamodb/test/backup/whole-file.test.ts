import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { backUpTable } from '../../src/backup/back-up/back-up.ts';
import { CorruptBackupError } from '../../src/backup/errors.ts';
import type { BackupManifest } from '../../src/backup/format/manifest.ts';
import { restoreTable } from '../../src/backup/restore/restore-table.ts';
import { verifyBackup } from '../../src/backup/verify.ts';
import { gunzip } from '../../src/storage/gunzip.ts';
import { granule, Scratch } from '../scratch.ts';

const scratch = new Scratch();
const client = scratch.client;
const fixture = (name: string): string => new URL(`../fixtures/${name}`, import.meta.url).pathname;

async function unpack(stored: Buffer, cuts: readonly number[] = []): Promise<Buffer> {
  const ends = [...new Set([...cuts.map((cut) => cut % (stored.length + 1)), stored.length])].sort((a, b) => a - b);
  async function* chunks(): AsyncGenerator<Buffer, void> {
    for (const [index, end] of ends.entries()) yield stored.subarray(ends[index - 1] ?? 0, end);
  }
  const pieces: Buffer[] = [];
  for await (const piece of gunzip(chunks())) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('a gzip file is read to its last byte', () => {
  test('of members with any padding between, in whatever chunks they come', async () => {
    const member = fc.tuple(fc.string({ maxLength: 200 }), fc.nat({ max: 20 }));
    await fc.assert(
      fc.asyncProperty(fc.array(member, { minLength: 1, maxLength: 4 }), fc.array(fc.nat()), async (members, cuts) => {
        const stored = members.flatMap(([text, zeros]) => [gzipSync(text), Buffer.alloc(zeros)]);
        const unpacked = await unpack(Buffer.concat(stored), cuts);
        expect(unpacked.toString('utf8')).toBe(members.map(([text]) => text).join(''));
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ['something else after it', Buffer.concat([gzipSync('a\n'), Buffer.from('rest')])],
    ['something else after padding', Buffer.concat([gzipSync('a\n'), Buffer.alloc(9), Buffer.from('rest')])],
    [
      'a second member that is cut off',
      Buffer.concat([gzipSync('a\n'), Buffer.alloc(9), gzipSync('b\n').subarray(0, 15)]),
    ],
  ])('one with %s is refused, wherever its chunks end', async (_, stored) => {
    for (let cut = 0; cut < stored.length; cut += 1) await expect(unpack(stored, [cut])).rejects.toThrow();
  });

  test('padding between members hides no item, and none after the last is taken for damage', async () => {
    const padded = readFileSync(fixture('gz-zero-padding-between.json.gz'));
    const second = padded.indexOf(Buffer.from([0x1f, 0x8b, 8]), 2);
    const whole = Buffer.concat([gunzipSync(padded.subarray(0, second)), gunzipSync(padded.subarray(second))]);
    const lines = whole
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '').length;
    expect(await verifyBackup({ file: fixture('gz-zero-padding-between.json.gz') })).toMatchObject({
      items: lines,
      bytes: padded.length,
    });
    const tail = readFileSync(fixture('gz-tail-zeros.json.gz'));
    const { items, bytes } = await verifyBackup({ file: fixture('gz-tail-zeros.json.gz') });
    expect(bytes).toBe(tail.length);
    expect(items).toBe(gunzipSync(tail).toString('utf8').trim().split('\n').length);
  });

  test('one that is packed twice is named as that', async () => {
    const verification = verifyBackup({ file: fixture('gz-double.json.gz.gz') });
    await expect(verification).rejects.toThrow(/packed twice/);
    await expect(verification).rejects.toBeInstanceOf(CorruptBackupError);
  });
});

describe('a manifest that contradicts its file is found before the first write', () => {
  const CHANGES: readonly (readonly [string, (manifest: BackupManifest) => object, RegExp])[] = [
    ['one item fewer', ({ items }) => ({ items: items - 1 }), /has 50 items, its manifest says 49/],
    ['one item more', ({ items }) => ({ items: items + 1 }), /has 50 items, its manifest says 51/],
    ['another size', ({ file }) => ({ file: { ...file, bytes: file.bytes + 1 } }), /bytes, its manifest says/],
    [
      'the other compression',
      ({ file }) => ({ file: { ...file, compression: file.compression === 'gzip' ? 'none' : 'gzip' } }),
      /gzipped, its manifest says the opposite/,
    ],
    ['an unknown compression', ({ file }) => ({ file: { ...file, compression: 'brotli' } }), /lacks file.compression/],
  ];

  test.each([false, true].flatMap((gzip) => CHANGES.map((change) => [change[0], gzip, ...change.slice(1)] as const)))(
    '%s (gzip: %s)',
    async (_, gzip, change, problem) => {
      const table = await scratch.table(Array.from({ length: 50 }, (_, number) => granule(number)));
      const { file, manifest } = await backUpTable({ client, table, directory: scratch.directory, gzip });
      const good = JSON.parse(readFileSync(manifest, 'utf8')) as BackupManifest;
      const changed = (change as (manifest: BackupManifest) => object)(good);
      writeFileSync(manifest, JSON.stringify({ ...good, ...changed }));
      const target = await scratch.table();
      await expect(restoreTable({ client, file, table: target })).rejects.toThrow(problem as RegExp);
      await expect(verifyBackup({ file })).rejects.toThrow(problem as RegExp);
      const empty = await backUpTable({ client, table: target, directory: scratch.path('after') });
      expect(empty.items).toBe(0);
    },
  );
});

import { readdirSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from '@jest/globals';
import { KeyPartitions } from '../../../src/backup/compare/key-partitions.ts';

test('all entries come back, those of one key together and in their order', async () => {
  const partitions = await KeyPartitions.create(100_000);
  try {
    for (let round = 0; round < 3; round += 1) {
      for (let key = 0; key < 2_000; key += 1) await partitions.add({ key: `"ключ ${key}"`, note: String(round) });
    }
    const notes = new Map<string, string>();
    let partitionCount = 0;
    for await (const entries of partitions.partitions()) {
      partitionCount += 1;
      const here = new Map<string, string>();
      for (const { key, note } of entries) here.set(key, (here.get(key) ?? '') + note);
      for (const [key, text] of here) notes.set(key, (notes.get(key) ?? '') + text);
    }
    expect(partitionCount).toBeGreaterThan(1);
    expect(notes.size).toBe(2_000);
    expect(new Set(notes.values())).toEqual(new Set(['012']));
  } finally {
    await partitions.close();
  }
});

test('entries beyond what is held in memory come back too, each reading all of them', async () => {
  const partitions = await KeyPartitions.create(1);
  try {
    const notes = Array.from({ length: 20 }, (_, index) => `${index}:${'ü'.repeat(index * 10_000)}`);
    for (const note of notes) await partitions.add({ key: '"k"', note });
    for (let reading = 0; reading < 2; reading += 1) {
      for await (const entries of partitions.partitions()) expect(entries.map(({ note }) => note)).toEqual(notes);
    }
  } finally {
    await partitions.close();
  }
});

test('entries of several writers at once all come back, those of each in their order', async () => {
  const partitions = await KeyPartitions.create(1);
  try {
    const write = async (writer: string): Promise<void> => {
      for (let index = 0; index < 200; index += 1) {
        await partitions.add({ key: `"${writer}"`, note: `${index}:${'x'.repeat((index * 977) % 20_000)}` });
      }
      await partitions.add({ key: `"${writer}"`, note: `200:${'x'.repeat(200_000)}` });
    };
    await Promise.all(['a', 'b', 'c'].map(write));
    const found = new Map<string, string[]>();
    for await (const entries of partitions.partitions()) {
      for (const { key, note } of entries)
        found.set(key, [...(found.get(key) ?? []), note.slice(0, note.indexOf(':'))]);
    }
    const all = Array.from({ length: 201 }, (_, index) => String(index));
    expect(found).toEqual(new Map(['"a"', '"b"', '"c"'].map((key) => [key, all])));
  } finally {
    await partitions.close();
  }
});

test('more entries than were expected come back a few at a time, those of one key together and in their order', async () => {
  const partitions = await KeyPartitions.create(1);
  try {
    const rounds = 3;
    const keys = 20_000;
    for (let round = 0; round < rounds; round += 1) {
      for (let key = 0; key < keys; key += 1)
        await partitions.add({ key: `"${key}"`, note: `${round} ${'x'.repeat(200)}` });
    }
    const roundsOf = new Map<string, string>();
    for await (const entries of partitions.partitions()) {
      // A part of them all, which are 12 MB.
      expect(entries.length).toBeLessThan((rounds * keys) / 8);
      const here = new Set(entries.map(({ key }) => key));
      for (const key of here) expect(roundsOf.has(key)).toBe(false);
      for (const { key, note } of entries) roundsOf.set(key, (roundsOf.get(key) ?? '') + note.charAt(0));
    }
    expect(roundsOf.size).toBe(keys);
    expect(new Set(roundsOf.values())).toEqual(new Set(['012']));
  } finally {
    await partitions.close();
  }
});

/** The files without a name that this process has open, each by what the system calls it. */
function namelessFiles(): readonly string[] {
  return readdirSync('/proc/self/fd')
    .map((fd) => linkOf(`/proc/self/fd/${fd}`))
    .filter((path) => path.includes('/.cumulus-') && path.endsWith(' (deleted)'));
}

/** Where a link leads, or nothing: a file of something else in this process may be closed meanwhile. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

test('one file is open, however many entries there are', async () => {
  const before = namelessFiles();
  const opened = (): readonly string[] => namelessFiles().filter((path) => !before.includes(path));
  const partitions = await KeyPartitions.create(2_000_000);
  try {
    for (let key = 0; key < 100_000; key += 1) await partitions.add({ key: `"${key}"`, note: 'x'.repeat(200) });
    expect(opened()).toHaveLength(1);
  } finally {
    await partitions.close();
  }
  expect(opened()).toEqual([]);
});

test('no file is left behind, not even while they are used', async () => {
  const partitions = await KeyPartitions.create(1);
  // More than is held in memory.
  for (let key = 0; key < 5; key += 1) await partitions.add({ key: `secret ${key}`, note: 'x'.repeat(100_000) });
  expect(
    readdirSync(tmpdir()).filter((name) => name.startsWith(`.cumulus-`) && name.includes(`-${process.pid}-`)),
  ).toEqual([]);
  await partitions.close();
});

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  linkSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { Readable } from 'node:stream';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { backUpTable } from '../../src/backup/back-up/back-up.ts';
import { writeDifferenceList } from '../../src/backup/compare/difference-list.ts';
import { KeyPartitions } from '../../src/backup/compare/key-partitions.ts';
import { spool } from '../../src/backup/read/spool.ts';
import { Checkpoint } from '../../src/backup/store/checkpoint.ts';
import { findManifest } from '../../src/backup/store/find-manifest.ts';
import { linkOrCopy } from '../../src/storage/disk/copy.ts';
import { DiskLease } from '../../src/storage/disk/lease.ts';
import { NewDiskFile } from '../../src/storage/disk/new-file.ts';
import { DiskStorage } from '../../src/storage/disk/storage.ts';
import { temporaryName } from '../../src/storage/disk/temporary-file.ts';
import { FileError, ResumeMismatchError } from '../../src/storage/errors.ts';
import { granule, Scratch } from '../scratch.ts';

const scratch = new Scratch();

/** A file that somebody else's link leads to. */
const PRECIOUS = 'do not touch';
let victim = '';
beforeEach(() => {
  victim = scratch.path('victim');
  writeFileSync(victim, PRECIOUS);
});

function manifestOf(name: string): ReturnType<typeof findManifest> {
  return findManifest(new DiskStorage(scratch.directory), name);
}

function writeDurably(path: string, content: string): Promise<void> {
  return new DiskStorage(dirname(path)).write(basename(path), content);
}

function isUntouched(): boolean {
  return readFileSync(victim, 'utf8') === PRECIOUS;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

describe('a link that was planted in the folder has no other file overwritten', () => {
  test.each([
    ['.partial'],
    ['.partial.checkpoint.json'],
    ['.partial.checkpoint.json.tmp'],
    ['.manifest.json'],
    ['.manifest.json.next'],
    ['.manifest.json.next.tmp'],
  ])('by a backup, at T.json%s', async (suffix) => {
    const table = await scratch.table([granule(1)]);
    symlinkSync(victim, scratch.path(`${table}.json${suffix}`));
    // A manifest that is none says so; the link is what counts here.
    if (suffix === '.manifest.json.next') {
      await expect(backUp(table)).rejects.toThrow(/manifest\.json\.next: it is a symbolic link/);
    } else {
      const { file } = await backUp(table);
      expect((await manifestOf(basename(file)))?.items).toBe(1);
      expect(lstatSync(file).isFile() && lstatSync(`${file}.manifest.json`).isFile()).toBe(true);
    }
    expect(isUntouched()).toBe(true);
  });

  test('by the list of differences', async () => {
    const list = scratch.path('list');
    symlinkSync(victim, `${list}.tmp`);
    symlinkSync(victim, list);
    const differences = (async function* () {
      yield { kind: 'change', key: { granuleId: { S: 'g' } } };
    })();
    await writeDifferenceList(list, differences);
    expect(readFileSync(list, 'utf8')).toBe('{"kind":"change","key":{"granuleId":{"S":"g"}}}\n');
    expect(lstatSync(list).isFile() && (statSync(list).mode & 0o777) === 0o600).toBe(true);
    expect(isUntouched()).toBe(true);
  });

  test('by a resumed backup, whether the link is symbolic or hard', async () => {
    const partial = scratch.path('T.json.partial');
    symlinkSync(victim, partial);
    await expect(NewDiskFile.resume(scratch.path('T.json'), 0, sha256(''))).rejects.toThrow(
      /T\.json\.partial: it is a symbolic link/,
    );
    const hard = scratch.path('U.json.partial');
    linkSync(victim, hard);
    await expect(NewDiskFile.resume(scratch.path('U.json'), 0, sha256(''))).rejects.toThrow(ResumeMismatchError);
    expect(isUntouched()).toBe(true);
  });
});

test('a checkpoint that is a link decides nothing, and what it leads to stays as it is', async () => {
  const file = scratch.path('T.json.restore-T.checkpoint.json');
  symlinkSync(victim, file);
  writeFileSync(victim, JSON.stringify({ version: 1 }));
  const checkpoint = new Checkpoint<{ line?: number }>(new DiskStorage(scratch.directory), basename(file));
  await expect(checkpoint.load()).rejects.toThrow(/it is a symbolic link/);
  await checkpoint.save({ line: 7 });
  expect(await checkpoint.load()).toMatchObject({ line: 7 });
  expect(readFileSync(victim, 'utf8')).toBe('{"version":1}');
});

test('a lock that is a link is not read, and is named', async () => {
  symlinkSync(victim, scratch.path('T.json.lock.planted'));
  await expect(DiskLease.take(scratch.path('T.json'))).rejects.toThrow(/T\.json\.lock\.planted: it is a symbolic link/);
});

describe('what is in a file of ours and cannot be', () => {
  test.each(['null', '[]', '7', '{}', '{"host":1,"pid":"x"}'])('a lock of %s counts as unfinished', async (content) => {
    const lock = scratch.path('T.json.lock.odd');
    writeFileSync(lock, content);
    await expect(DiskLease.take(scratch.path('T.json'))).rejects.toThrow(/on unknown host[\s\S]*T\.json\.lock\.odd/);
    utimesSync(lock, new Date(0), new Date(0));
    await (await DiskLease.take(scratch.path('T.json'))).release();
    expect(existsSync(lock)).toBe(false);
  });

  test('a checkpoint of null is none', async () => {
    writeFileSync(scratch.path('checkpoint.json'), 'null');
    expect(await new Checkpoint(new DiskStorage(scratch.directory), 'checkpoint.json').load()).toBeUndefined();
  });

  test('a manifest of 600 MB is named, with the limit', async () => {
    const manifest = scratch.path('T.json.manifest.json');
    writeFileSync(manifest, '');
    truncateSync(manifest, 600_000_000);
    await expect(manifestOf('T.json')).rejects.toThrow(/has 600000000 bytes; .* more than 67108864/);
  });

  test('a name that the file system does not take says so', async () => {
    await expect(writeDurably(scratch.path('x'.repeat(300)), '')).rejects.toThrow(/name is too long.*255 bytes/);
  });
});

test('a manifest that is a pipe keeps nobody waiting', async () => {
  spawnSync('mkfifo', [scratch.path('T.json.manifest.json')]);
  await expect(manifestOf('T.json')).rejects.toThrow(/T\.json\.manifest\.json is not a regular file/);
});

describe('the name that an earlier backup is kept under', () => {
  test('may have been given by the run before', async () => {
    const file = scratch.path('T.json');
    writeFileSync(file, 'backup');
    await linkOrCopy(file, scratch.path('kept.json'));
    await linkOrCopy(file, scratch.path('kept.json'));
    writeFileSync(scratch.path('copied.json'), 'backup');
    await linkOrCopy(file, scratch.path('copied.json'));
  });

  test('is not taken for given where something else bears it', async () => {
    const file = scratch.path('T.json');
    writeFileSync(file, 'backup');
    symlinkSync(victim, scratch.path('link.json'));
    writeFileSync(scratch.path('other.json'), 'backuq');
    await expect(linkOrCopy(file, scratch.path('link.json'))).rejects.toThrow(FileError);
    await expect(linkOrCopy(file, scratch.path('other.json'))).rejects.toThrow(/other\.json is there/);
    expect(isUntouched()).toBe(true);
  });
});

describe('temporary files', () => {
  test('of killed processes are removed by the next one that writes there; those of living ones and others stay', async () => {
    const { pid: dead } = spawnSync(process.execPath, ['-e', '0']);
    const own = await temporaryName();
    const named = (pid: number, random: string): string =>
      own.replace(`-${process.pid}-`, `-${pid}-`).replace(/[0-9a-f]{24}/, random.repeat(24));
    const elsewhere = (random: string): string =>
      named(dead, random).replace(/cumulus-[0-9a-f]{8}/, 'cumulus-00000000');
    const stay = [own, named(process.ppid, 'a'), elsewhere('b'), '.cumulus-notes.tmp', 'T.json.tmp'];
    const go = [named(dead, 'c'), elsewhere('d'), named(process.pid, 'e')];
    for (const name of [...stay, ...go]) writeFileSync(scratch.path(name), '');
    utimesSync(scratch.path(elsewhere('d')), new Date(0), new Date(0));
    // As if this process had the number of one that was killed in a container before.
    utimesSync(scratch.path(named(process.pid, 'e')), new Date(0), new Date(0));
    symlinkSync(victim, scratch.path(named(dead, 'f')));

    await writeDurably(scratch.path('T.json'), '{}');
    expect(readdirSync(scratch.directory).sort()).toEqual(
      [...stay, 'T.json', 'victim', basename(named(dead, 'f'))].sort(),
    );
  });

  test('are private, and are gone when what they were for is done or has failed', async () => {
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = scratch.directory;
    try {
      const spooled = await spool(Readable.from([Buffer.from('a'), Buffer.from('b')]));
      expect(readFileSync(spooled.path, 'utf8')).toBe('ab');
      expect(statSync(spooled.path).mode & 0o777).toBe(0o600);
      await spooled.remove();
      const failing = Readable.from(
        (async function* () {
          yield Buffer.from('a');
          throw new Error('gone');
        })(),
      );
      await expect(spool(failing)).rejects.toThrow('gone');
      const partitions = await KeyPartitions.create(1);
      // More than is held in memory.
      for (let key = 0; key < 5; key += 1) await partitions.add({ key: String(key), note: 'x'.repeat(100_000) });
      expect(readdirSync(scratch.directory)).toEqual(['victim']);
      await partitions.close();
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
    const folder = scratch.path('T.json');
    await writeDurably(folder, '1');
    await expect(writeDurably(scratch.path('missing/T.json'), '1')).rejects.toThrow(FileError);
    expect(existsSync(scratch.path('missing'))).toBe(false);
    expect(readdirSync(scratch.directory).sort()).toEqual(['T.json', 'victim']);
  });
});

function backUp(table: string): Promise<{ readonly file: string }> {
  return backUpTable({ client: scratch.client, table, directory: scratch.directory });
}

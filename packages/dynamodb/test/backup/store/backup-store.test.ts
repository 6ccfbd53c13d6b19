import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { tableOfFile } from '../../../src/backup/format/file-names.ts';
import { type BackupManifest, formatManifest } from '../../../src/backup/format/manifest.ts';
import { BackupStore } from '../../../src/backup/store/backup-store.ts';
import { findManifest } from '../../../src/backup/store/find-manifest.ts';
import { sortDirectory } from '../../../src/backup/store/sort-directory.ts';
import { openStorageOf } from '../../../src/storage/open-storage.ts';
import { GRANULE_SCHEMA, Scratch } from '../../scratch.ts';

const scratch = new Scratch();

/** The paths of a backup's files. */
class Files {
  readonly data = scratch.path('T.json');
  readonly manifest = `${this.data}.manifest.json`;
  readonly nextManifest = `${this.manifest}.next`;
  readonly partial = `${this.data}.partial`;
  readonly checkpoint = `${this.partial}.checkpoint.json`;
}

function openStore(): Promise<BackupStore> {
  return BackupStore.open({ directory: scratch.directory }, { name: 'T', estimatedBytes: 0 });
}

/** Has a writer come and go, which settles what the one before it left. */
async function settle(): Promise<void> {
  const store = await openStore();
  await store.enter();
  await store.leave();
}

async function manifestOf(file: string): Promise<BackupManifest | undefined> {
  const { storage, name } = await openStorageOf(file);
  return findManifest(storage, name);
}

function manifest(items: number): BackupManifest {
  const time = `2026-11-22T0${items}:00:00.000Z`;
  return {
    format: 'cumulus-dynamodb-backup',
    formatVersion: 1,
    createdBy: 'test',
    table: { name: 'T', arn: 'arn', id: 'id', region: 'r', billingMode: 'PAY_PER_REQUEST', schema: GRANULE_SCHEMA },
    scan: { startedAt: time, endedAt: time, segments: 1, consistentRead: false, resumed: 0 },
    file: { compression: 'none', bytes: 1, sha256: createHash('sha256').update(String(items)).digest('hex') },
    items,
  };
}

describe('the change of a backup for a new one', () => {
  /** All states of the folder that a kill can leave, made by the steps of `commit` one after the other. */
  const steps: readonly [string, (files: Files, kept: string) => void][] = [
    ['before it', () => undefined],
    ['after the next manifest', (files) => writeFileSync(files.nextManifest, formatManifest(manifest(2)))],
    ['after the kept manifest', (files, kept) => cpSync(files.manifest, `${kept}.manifest.json`)],
    ['after the kept data file', (files, kept) => cpSync(files.data, kept)],
    ['after the decisive rename', (files) => renameSync(files.partial, files.data)],
    ['after the last rename', (files) => renameSync(files.nextManifest, files.manifest)],
  ];

  test.each(steps.map(([name], index) => [name, index] as const))(
    'killed %s, each data file has the manifest that belongs to it, and the next backup finds its place clean',
    async (_, stopAfter) => {
      const files = new Files();
      const kept = (await openStore()).keptName(new Date(manifest(1).scan.endedAt));
      writeFileSync(files.data, '1');
      writeFileSync(files.manifest, formatManifest(manifest(1)));
      writeFileSync(files.partial, '2');
      writeFileSync(files.checkpoint, '{}');
      for (const [, step] of steps.slice(0, stopAfter + 1)) step(files, kept);

      const itemsIn = async (file: string) => (await manifestOf(file))?.items;
      expect(await itemsIn(files.data)).toBe(Number(readFileSync(files.data, 'utf8')));
      if (existsSync(kept)) expect(await itemsIn(kept)).toBe(1);

      const store = await openStore();
      await store.enter();
      await (await store.create()).close();
      rmSync(files.partial);
      await store.leave();
      expect(await itemsIn(files.data)).toBe(Number(readFileSync(files.data, 'utf8')));
      expect(existsSync(files.nextManifest) || existsSync(files.partial)).toBe(false);
    },
  );

  test('a next manifest of a partial that is gone does not take a data file of the same size for its own', async () => {
    const files = new Files();
    writeFileSync(files.data, '1');
    writeFileSync(files.manifest, formatManifest(manifest(1)));
    writeFileSync(files.nextManifest, formatManifest(manifest(2)));
    expect((await manifestOf(files.data))?.items).toBe(1);
    await settle();
    expect(JSON.parse(readFileSync(files.manifest, 'utf8')).items).toBe(1);
  });

  test('a next manifest that is none does not stand in the way of a proved data file, nor beside a partial', async () => {
    const files = new Files();
    writeFileSync(files.data, '1');
    const sha256 = createHash('sha256').update('1').digest('hex');
    const proof = { ...manifest(1), file: { ...manifest(1).file, bytes: 1, sha256 } };
    writeFileSync(files.manifest, formatManifest(proof));
    writeFileSync(files.nextManifest, 'null');
    expect((await manifestOf(files.data))?.items).toBe(1);
    await settle();
    expect(existsSync(files.nextManifest)).toBe(false);
    writeFileSync(files.data, '2');
    writeFileSync(files.nextManifest, 'null');
    await expect(manifestOf(files.data)).rejects.toThrow(`${files.nextManifest} is not a manifest`);
    writeFileSync(files.partial, '');
    expect((await manifestOf(files.data))?.items).toBe(1);
  });

  test('commit does these steps', async () => {
    const files = new Files();
    const kept = (await openStore()).keptName(new Date(manifest(1).scan.endedAt));
    writeFileSync(files.data, '1');
    writeFileSync(files.manifest, formatManifest(manifest(1)));
    const store = await openStore();
    await store.enter();
    const file = await store.create();
    await file.append(Buffer.from('2'));
    await file.finish();
    await store.commit(manifest(2), kept);
    await store.leave();
    expect(readFileSync(files.data, 'utf8')).toBe('2');
    expect((await manifestOf(files.data))?.items).toBe(2);
    expect(readFileSync(kept, 'utf8')).toBe('1');
    expect((await manifestOf(kept))?.items).toBe(1);
    expect(await store.kept()).toEqual([kept]);
    expect(readdirSync(scratch.directory).sort()).toEqual(
      [files.data, files.manifest, kept, `${kept}.manifest.json`].map((path) => basename(path)).sort(),
    );
  });
});

test('a folder’s backups are its newest data files: no manifest, no partial, no kept one', async () => {
  const directory = scratch.path('backups');
  mkdirSync(directory);
  const names = ['a-GranulesTable.json', 'a-RulesTable.json.gz', 'a-GranulesTable.20261122T010203.004Z.json'];
  const others = ['.manifest.json', '.partial', '.partial.checkpoint.json', '.restore-x.checkpoint.json', '.lock.1'];
  for (const name of [...names, ...others.map((suffix) => `a-GranulesTable.json${suffix}`)]) {
    writeFileSync(`${directory}/${name}`, '');
  }
  const found = (await sortDirectory(directory, () => true)).backups;
  expect(found.map((file) => basename(file))).toEqual(['a-GranulesTable.json', 'a-RulesTable.json.gz']);
  expect(found.map(tableOfFile)).toEqual(['a-GranulesTable', 'a-RulesTable']);
  expect(tableOfFile(`${directory}/${names[2]}`)).toBe('a-GranulesTable');
});

test('names longer than the storage takes are found before the work, with the limit', async () => {
  const directory = scratch.path('long');
  const enter = async (length: number): Promise<void> => {
    const store = await BackupStore.open({ directory }, { name: 't'.repeat(length), estimatedBytes: 0 });
    await store.enter();
    await store.leave();
  };
  await enter(226);
  await expect(enter(227)).rejects.toThrow(/needs names of 256 bytes; .* takes 255/);
  writeFileSync(`${directory}/${'t'.repeat(226)}.json`, '');
  await expect(enter(226)).rejects.toThrow(/Move the backup that is there away/);
});

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { describeWithMoto, ownBucket, ownFolder } from '@cumulus/test-kit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { listCatalogue } from '../../../src/backup/catalogue/list-catalogue.ts';
import { noteProof } from '../../../src/backup/catalogue/note-proof.ts';
import { ProofNotesError } from '../../../src/backup/errors.ts';
import { sortDirectory } from '../../../src/backup/store/sort-directory.ts';
import { FileError } from '../../../src/storage/errors.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import type { Storage } from '../../../src/storage/storage.ts';
import { putBackup } from './put-backup.ts';

const directory = ownFolder();

describe('a catalogue on disk', () => catalogueTests(() => join(directory, randomUUID())));

await describeWithMoto('a catalogue in S3, played by moto', (moto) => {
  const bucket = ownBucket(moto);
  catalogueTests(() => bucket.url(randomUUID()), bucket.s3);
});

/** What the catalogue of any storage promises. @param newLocation gives one that no test has used */
function catalogueTests(newLocation: () => string, s3?: () => Promise<S3Client>): void {
  let location = '';
  let storage: Storage;
  beforeEach(async () => {
    location = newLocation();
    storage = await openStorage(location, { s3 });
    await storage.prepare();
  });
  const list = (): ReturnType<typeof listCatalogue> => listCatalogue(location, { s3 });

  test('has the backups of each table, the newest first, with what their manifests say', async () => {
    await putBackup(storage, { name: 'T.json', startedAt: '2026-11-03T00:00:00Z', content: '{}\n{}\n' });
    await putBackup(storage, { name: 'T.20261101T000100.123Z.json', startedAt: '2026-11-01T00:00:00Z' });
    await putBackup(storage, { name: 'T.20261104T000000Z.json', startedAt: '2026-11-04T00:00:00Z' });
    await putBackup(storage, { name: 'T.20261102T000000Z.json.gz', startedAt: '2026-11-02T00:00:00Z' });
    await putBackup(storage, { name: 'A.json', startedAt: '2026-11-02T00:00:00Z' });
    const [a, t, ...more] = await list();
    expect(more).toEqual([]);
    expect([a?.table, t?.table, a?.problems, t?.problems]).toEqual(['A', 'T', [], []]);
    expect(t?.backups.map(({ file, kind }) => [file, kind])).toEqual([
      [`${location}/T.20261104T000000Z.json`, 'dated'],
      [`${location}/T.json`, 'newest'],
      [`${location}/T.20261102T000000Z.json.gz`, 'dated'],
      [`${location}/T.20261101T000100.123Z.json`, 'kept'],
    ]);
    expect(t?.backups[1]).toEqual({
      file: `${location}/T.json`,
      table: 'T',
      kind: 'newest',
      startedAt: new Date('2026-11-03T00:00:00Z'),
      endedAt: new Date('2026-11-03T00:01:00Z'),
      items: 2,
      bytes: 6,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      compression: 'none',
      createdBy: 'test',
      tableId: 'id',
      manifest: 'present',
      proofs: [],
      archivedIn: undefined,
    });
    const onlyA = await listCatalogue(location, { s3, tables: (table) => table === 'A' });
    expect(onlyA.map(({ table }) => table)).toEqual(['A']);
  });

  test('passes over everything that is no backup', async () => {
    await putBackup(storage, { name: 'T.json', startedAt: '2026-11-03T00:00:00Z' });
    const others = [
      'T.proofs.json.lock.0123456789ab',
      'T.json.partial',
      'T.json.partial.checkpoint.json',
      'T.json.lock.0123456789ab',
      'T.json.restore-U.checkpoint.json',
      'U.20261104T000000Z.json.partial',
      'prod.20261129T203200Z.rehearsal.json',
      '._T.json',
      'notes.txt',
    ];
    for (const name of others) await storage.write(name, '{}');
    expect((await list()).flatMap(({ backups }) => backups.map(({ file }) => file))).toEqual([`${location}/T.json`]);
    const sorted = await sortDirectory(location, () => true, s3);
    expect(sorted.others.map(({ name }) => name)).toEqual(['._T.json', 'notes.txt']);
  });

  test('a manifest that is absent, unreadable or of another file leaves the times unknown, and such a backup is the last', async () => {
    await putBackup(storage, { name: 'T.20261104T000000Z.json' });
    await putBackup(storage, { name: 'T.20261105T000000Z.json', startedAt: '2026-11-05T00:00:00Z' });
    await putBackup(storage, { name: 'T.20261106T000000Z.json', startedAt: '2026-11-06T00:00:00Z' });
    await putBackup(storage, { name: 'T.json', startedAt: '2026-11-03T00:00:00Z' });
    await storage.write('T.20261105T000000Z.json.manifest.json', '{"format":');
    await storage.write('T.20261106T000000Z.json', 'cut');
    const [t] = await list();
    expect(t?.backups.map(({ manifest, startedAt, items }) => [manifest, startedAt?.getDate(), items])).toEqual([
      ['present', 3, 1],
      ['other file', undefined, undefined],
      ['unreadable', undefined, undefined],
      ['absent', undefined, undefined],
    ]);
    expect(t?.problems).toEqual([
      { file: `${location}/T.20261105T000000Z.json`, problem: expect.stringContaining('is not JSON') },
    ]);
  });

  test('of dated backups the newest alone may be the newest of its table', async () => {
    await putBackup(storage, { name: 'T.json', startedAt: '2026-11-03T00:00:00Z' });
    for (const day of ['02', '05', '04']) {
      await putBackup(storage, { name: `T.202611${day}T000000Z.json`, startedAt: `2026-11-${day}T00:00:00Z` });
    }
    await putBackup(storage, { name: 'U.20261105T000000Z.json.gz', startedAt: '2026-11-05T00:00:00Z' });
    expect((await sortDirectory(location, () => true, s3)).backups).toEqual([
      `${location}/T.20261105T000000Z.json`,
      `${location}/T.json`,
      `${location}/U.20261105T000000Z.json.gz`,
    ]);
  });

  test('has the proofs that were noted, the newest of each kind', async () => {
    const proved = await putBackup(storage, { name: 'T.json', startedAt: '2026-11-03T00:00:00Z' });
    const note = (how: 'file' | 'table', day: number, table?: string): Promise<boolean> =>
      noteProof(`${location}/T.json`, { s3, ...proved, how, at: new Date(Date.UTC(2026, 10, day)), table });
    expect([await note('file', 4), await note('table', 6, 'prod-T'), await note('table', 5, 'U')]).toEqual([
      true,
      true,
      true,
    ]);
    await note('file', 7);
    expect((await list())[0]?.backups[0]?.proofs).toEqual([
      { ...proved, how: 'table', at: '2026-11-06T00:00:00.000Z', table: 'prod-T', createdBy: expect.any(String) },
      { ...proved, how: 'file', at: '2026-11-07T00:00:00.000Z', createdBy: expect.any(String) },
    ]);
  });

  test('a proof counts for the bytes, whatever name they have, and for no others', async () => {
    const content = '{"granuleId":{"S":"a"}}\n';
    const proved = await putBackup(storage, { name: 'T.json', startedAt: '2026-11-03T00:00:00Z', content });
    await noteProof(`${location}/T.json`, { s3, ...proved, how: 'file' });
    await putBackup(storage, { name: 'T.20261103T000100.000Z.json', startedAt: '2026-11-03T00:00:00Z', content });
    await putBackup(storage, {
      name: 'T.json',
      startedAt: '2026-11-04T00:00:00Z',
      content: '{"granuleId":{"S":"b"}}\n',
    });
    const [t] = await list();
    expect(t?.backups.map(({ kind, proofs }) => [kind, proofs.length])).toEqual([
      ['newest', 0],
      ['kept', 1],
    ]);
  });

  test('no note is lost where many are made at once', async () => {
    const names = Array.from({ length: 6 }, (_, day) => `T.2026110${day + 1}T000000Z.json`);
    const proofs = await Promise.all(
      names.map((name, day) => putBackup(storage, { name, startedAt: `2026-11-0${day + 1}T00:00:00Z` })),
    );
    await Promise.all(
      names.map((name, index) => {
        const { sha256 = '', bytes = 0 } = proofs[index] ?? {};
        return noteProof(`${location}/${name}`, { s3, sha256, bytes, how: 'file' });
      }),
    );
    const [t] = await list();
    expect(t?.backups.map((backup) => backup.proofs.length)).toEqual([1, 1, 1, 1, 1, 1]);
    expect((await storage.list(''))?.filter((name) => name.includes('lock'))).toEqual([]);
  });

  test.each([
    ['cut short', '{"format":"cumulus-dynamodb-proofs","formatVersion":1,"pro', 'is not JSON'],
    ['of something else', '{}', 'does not hold notes of proofs'],
    ['a list', '[]', 'does not hold notes of proofs'],
    ['of a later release', '{"format":"cumulus-dynamodb-proofs","formatVersion":2}', 'has the format version 2'],
    ['without proofs', '{"format":"cumulus-dynamodb-proofs","formatVersion":1}', 'has a proof that is none'],
    [
      'with an unknown kind of proof',
      '{"format":"cumulus-dynamodb-proofs","formatVersion":1,"proofs":[{"sha256":"SHA","bytes":5,"how":"look","at":"2026-11-06T00:00:00.000Z","createdBy":"x"}]}',
      'has a proof that is none',
    ],
    [
      'with a time that is none',
      '{"format":"cumulus-dynamodb-proofs","formatVersion":1,"proofs":[{"sha256":"SHA","bytes":5,"how":"file","at":"yesterday","createdBy":"x"}]}',
      'has a proof that is none',
    ],
  ])('notes that are %s count as no proof, are named, and are never replaced', async (_, text, problem) => {
    const proved = await putBackup(storage, { name: 'T.json', startedAt: '2026-11-03T00:00:00Z' });
    const notes = text.replace('SHA', proved.sha256);
    await storage.write('T.proofs.json', notes);
    const [t] = await list();
    expect(t?.backups[0]).toMatchObject({ manifest: 'present', proofs: [] });
    expect(t?.problems).toEqual([{ file: `${location}/T.proofs.json`, problem: expect.stringContaining(problem) }]);
    await expect(noteProof(`${location}/T.json`, { s3, ...proved, how: 'file' })).rejects.toThrow(ProofNotesError);
    expect((await storage.read('T.proofs.json'))?.toString()).toBe(notes);
  });

  test('what has no manifest, or is no data file, is not noted', async () => {
    const proved = await putBackup(storage, { name: 'T.json' });
    for (const name of ['T.json', 'T.proofs.json', 'none.json', 'folder']) {
      expect(await noteProof(`${location}/${name}`, { s3, ...proved, how: 'file' })).toBe(false);
    }
    expect(await storage.list('')).toEqual(['T.json']);
  });
}

test('a folder that is not there is an error', async () => {
  await expect(listCatalogue(join(directory, 'none'))).rejects.toThrow(FileError);
});

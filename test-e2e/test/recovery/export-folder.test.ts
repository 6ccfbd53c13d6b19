import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readExport } from '@cumulus/dynamodb/backup';
import { describeUnless, ownBucket, ownFolder, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { itemsOf, ownTables, putAll } from '@cumulus/test-kit/tables';
import { describe, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiResult, start } from '../kit/command.ts';
import { withFaults } from '../kit/faults/proxy.ts';
import { slow } from '../kit/faults/slow.ts';
import { granules } from '../kit/granules.ts';
import { type ExportFiles, exportFiles, setManifest } from './export-fixture.ts';

const ID = 'AWSDynamoDB/01693685827463-2d8752fd';
const GRANULES = granules(90);
/** Three data files, one of a partition without items. */
const PARTS = [GRANULES.slice(0, 50), [], GRANULES.slice(50)];

async function write(folder: string, files: ExportFiles): Promise<string> {
  const exported = join(folder, ID);
  for (const [name, content] of files) {
    await mkdir(dirname(join(exported, name)), { recursive: true });
    await writeFile(join(exported, name), content);
  }
  return exported;
}

// All exports here are fixtures in AWS's documented form.
describe('restore and verify of an export’s folder on disk', () => {
  const folder = ownFolder();
  const tables = ownTables();

  test('is restored, equal to the table it was of, and proved', async () => {
    const exported = await write(join(folder, 'whole'), exportFiles(PARTS));
    const table = await tables.create(GRANULES);
    const target = tables.name();
    for (const named of [exported, `${exported}/`, join(exported, 'manifest-summary.json')]) {
      expect(await cumulusApiResult(['verify', named, '--table', table])).toMatchObject({
        file: exported,
        proved: true,
        equal: true,
        same: 90,
      });
    }
    // The table's name implies no key, but that of the exported one does.
    const restored = await cumulusApi(['restore', exported, '--table', target, '--create-table', '--verify']);
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    expect(restored.stdout).toContain('proved by its manifest');
    expect(restored.stdout).toContain(`equal to table ${target}: 90 items`);
    expect(await readdir(exported)).not.toContain(`restore-${target}.checkpoint.json`);
  });

  test('shows its table', async () => {
    const exported = await write(join(folder, 'reported'), exportFiles(PARTS));
    const description = await readExport(exported);
    expect(description).toMatchObject({
      folder: exported,
      tableArn: 'arn:aws:dynamodb:us-east-1:123456789012:table/prod-GranulesTable',
      exportTime: new Date('2026-11-20T07:28:34.028Z'),
      bucket: 'the-bucket-of-the-export',
      prefix: 'exports',
      itemCount: 90,
    });
    expect(description.files.map(({ itemCount }) => itemCount)).toEqual([50, 0, 40]);
  });

  test('names differences, and lines that are no items, by their file and its own line', async () => {
    const exported = await write(join(folder, 'lines'), exportFiles(PARTS));
    const table = await tables.create(GRANULES);
    await putAll(table, [{ ...GRANULES[52], status: { S: 'other' } } as (typeof GRANULES)[number]]);
    const differs = await cumulusApi(['verify', exported, '--table', table]);
    expect(differs.code).toBe(1);
    expect(differs.stdout).toMatch(/changed: .* \(.*data\/sgzj\w+2\.json\.gz, line 3\)/);

    const bad = exportFiles([GRANULES.slice(0, 5), [{ pdrName: { S: 'no granule' } }]]);
    const { code, stderr } = await cumulusApi([
      'restore',
      await write(join(folder, 'bad'), bad),
      '--table',
      await tables.create(),
    ]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/sgzj\w+1\.json\.gz, line 1: no item/) });
  });

  test.each<[string, (files: ExportFiles) => void, RegExp]>([
    ['a data file is missing', (files) => files.delete(dataFile(files, 2)), /2\.json\.gz of the export is missing/],
    [
      'a data file was altered',
      (files) => files.set(dataFile(files, 0), gzipSync('{"Item":{"granuleId":{"S":"x"}}}\n')),
      /0\.json\.gz is damaged: its MD5 is/,
    ],
    [
      'a data file is cut short',
      (files) => files.set(dataFile(files, 0), (files.get(dataFile(files, 0)) ?? Buffer.alloc(0)).subarray(0, 200)),
      /0\.json\.gz is no whole gzip file/,
    ],
    [
      'a data file has other items than its manifest says',
      (files) => {
        const listed = String(files.get('manifest-files.json'));
        setManifest(files, 'manifest-files', listed.replace('"itemCount":50', '"itemCount":51'));
        const reported = String(files.get('manifest-summary.json'));
        setManifest(files, 'manifest-summary', reported.replace('"itemCount":90', '"itemCount":91'));
      },
      /0\.json\.gz is damaged: it has 50 items, the export's manifest says 51/,
    ],
    [
      'the totals do not agree',
      (files) => {
        const reported = String(files.get('manifest-summary.json'));
        setManifest(files, 'manifest-summary', reported.replace('"itemCount":90', '"itemCount":91'));
      },
      /manifest-files\.json lists files of 90 items, manifest-summary\.json says 91/,
    ],
    [
      'a manifest was altered',
      (files) =>
        files.set('manifest-files.json', Buffer.from(String(files.get('manifest-files.json')).replace('50', '49'))),
      /manifest-files\.json was altered: its MD5 is/,
    ],
    ['the summary is missing', (files) => files.delete('manifest-summary.json'), /no folder of a complete export/],
    ['the list of files is missing', (files) => files.delete('manifest-files.json'), /manifest-files\.json is missing/],
    ['a checksum is missing', (files) => files.delete('manifest-files.md5'), /manifest-files\.md5 is missing/],
  ])('is refused before anything is written where %s', async (name, damage, message) => {
    const files = exportFiles(PARTS);
    damage(files);
    const exported = await write(join(folder, name.replaceAll(' ', '-')), files);
    const target = await tables.create();
    for (const command of [['verify'], ['restore', '--table', target]]) {
      const { code, stderr } = await cumulusApi([...command, exported]);
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(message) });
    }
    expect(await itemsOf(target)).toEqual([]);
  });

  test.each([
    ['of an unknown type', { exportType: 'OTHER_EXPORT' }, /is of the type OTHER_EXPORT.*\n.*FULL_EXPORT/],
    ['of changes without their beginning', { exportType: 'INCREMENTAL_EXPORT' }, /lacks exportToTime/],
    ['in an unknown format', { outputFormat: 'CBOR' }, /is in the format CBOR, not DYNAMODB_JSON or ION/],
  ])('is refused if it is %s', async (name, summary, message) => {
    const exported = await write(join(folder, name), exportFiles(PARTS, summary));
    const { code, stderr } = await cumulusApi(['verify', exported]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(message) });
  });

  test('is restored with --resume where a restore was killed, over several files', async () => {
    const items = granules(400);
    const exported = await write(
      join(folder, 'resumed'),
      exportFiles([items.slice(0, 150), items.slice(150, 160), items.slice(160)]),
    );
    const target = await tables.create();
    const args = ['restore', exported, '--table', target];
    await withFaults([slow('BatchWriteItem', 500)], async (proxy) => {
      const running = start(args, proxy);
      void proxy.reached(14).then(() => running.process.kill('SIGKILL'));
      expect((await running.ended).signal).toBe('SIGKILL');
    });
    expect(await readdir(exported)).toContain(`restore-${target}.checkpoint.json`);
    expect(await cumulusApiResult([...args, '--resume', '--verify'])).toMatchObject({
      resumed: true,
      lines: 400,
      verified: { equal: true },
    });
    await rm(exported, { recursive: true });
  }, 40_000);
});

describeUnless(await whyNoMoto(), 'restore and verify of an export’s folder in S3', () => {
  const moto = ownMoto();
  const bucket = ownBucket(moto);
  const tables = ownTables();
  const run = (...args: string[]) => cumulusApi(args, { environment: bucket.environment });

  test('is read where DynamoDB wrote it', async () => {
    for (const [name, content] of exportFiles(PARTS)) await bucket.put(`exports/${ID}/${name}`, content);
    const table = await tables.create(GRANULES);
    for (const named of [`exports/${ID}`, `exports/${ID}/`, `exports/${ID}/manifest-summary.json`]) {
      expect(await run('verify', bucket.url(named), '--table', table)).toMatchObject({ code: 0, stderr: '' });
    }
    const target = tables.name();
    const restored = await run('restore', bucket.url(`exports/${ID}`), '--table', target, '--create-table');
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    expect(restored.stdout).toContain(`from ${bucket.url(`exports/${ID}`)}, proved by its manifest`);
    expect(await run('verify', bucket.url(`exports/${ID}`), '--table', target)).toMatchObject({ code: 0 });
  }, 30_000);

  test('names a data file that is missing, and a folder that is none', async () => {
    const files = exportFiles(PARTS);
    files.delete(dataFile(files, 2));
    for (const [name, content] of files) await bucket.put(`lacking/${ID}/${name}`, content);
    const lacking = await run('verify', bucket.url(`lacking/${ID}`));
    expect(lacking).toMatchObject({ code: 1, stderr: expect.stringMatching(/2\.json\.gz of the export is missing/) });
    const none = await run('verify', bucket.url('none/'));
    expect(none).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('s3://recovery-tests/none/manifest-summary.json is missing'),
    });
  });
});

function dataFile(files: ExportFiles, index: number): string {
  return [...files.keys()].find((name) => name.endsWith(`${index}.json.gz`)) ?? '';
}

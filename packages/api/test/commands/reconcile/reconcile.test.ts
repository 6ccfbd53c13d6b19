import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CmrServer, describeUnless, ownFolder, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { builtCommand, parseRun } from '@cumulus/test-kit/command';
import { beforeAll, expect, test } from '@jest/globals';
import { BUCKETS, OwnArchive } from '../../granules/own-archive.ts';

const BUILD = new URL('../../../dist/', import.meta.url);
const { run, start } = builtCommand({
  bin: new URL('../bin/cumulus-api.js', BUILD),
  module: new URL('bin/main.js', BUILD),
});

const GRANULES = ['G1', 'G2', 'G3'];

describeUnless(await whyNoMoto(), 'reconcile', () => {
  const moto = ownMoto();
  const api = new OwnArchive(moto);
  const cmr = new CmrServer();
  const folder = ownFolder();
  const system = ['--system-bucket', BUCKETS.system];

  const reconcile = (...more: readonly string[]) =>
    run(['reconcile', '--prefix', api.prefix, ...more], { environment: api.buckets.system.environment });
  const lines = (stdout: string): readonly { readonly [field: string]: unknown }[] =>
    stdout.split('\n').flatMap((line) => (line === '' ? [] : JSON.parse(line)));

  beforeAll(async () => {
    for (const id of GRANULES) await api.archive(id, [{ bucket: BUCKETS.protected, key: `a/${id}.hdf`, content: id }]);
  });

  test('says in words and by exit status 0 that all is the same, and what was not compared', async () => {
    const { code, stdout, stderr } = await reconcile(...system);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('S3 and FilesTable: 3 the same, 0 only in S3, 0 only in FilesTable, 0 of another size\n');
    expect(stdout).toContain('granules and FilesTable: 3 the same, 0 only in granules, 0 only in FilesTable\n');
    expect(stdout).toMatch(/granules and CMR: not compared\. CMR was not asked: .*cmr_provider.*not set\.\n/);
    expect(stdout).toContain(`s3://${BUCKETS.protected}: 3 objects\n`);
  });

  test('names differences, writes all of them as lines of JSON and into a report, and ends with 1', async () => {
    const keys = Array.from({ length: 12 }, (_, index) => `more/${String(index).padStart(2, '0')}`);
    for (const key of keys) await api.buckets.public.put(key, 'x');
    await api.buckets.protected.remove('a/G2.hdf');
    try {
      const named = await reconcile(...system);
      expect(named).toMatchObject({ code: 1, stderr: 'cumulus-api: 13 differences between the tables, S3 and CMR.\n' });
      expect(named.stdout).toContain(`    s3://${BUCKETS.public}/more/09\n    and 2 more\n`);
      expect(named.stdout).toContain(`    uri s3://${BUCKETS.protected}/a/G2.hdf, granuleId G2\n`);
      expect(named.stdout).toContain('looked at again: 13 differences, of which 0 were gone\n');

      const report = join(folder, 'new/report.json');
      const { code, stdout } = await reconcile(...system, '--json-lines', '--report', report);
      const all = lines(stdout);
      expect(code).toBe(1);
      expect(all).toHaveLength(14);
      expect(all[0]).toEqual({
        ...{ command: 'reconcile', part: 'filesInCumulus', list: 'onlyInS3' },
        entry: `s3://${BUCKETS.public}/more/00`,
      });
      expect(all.at(-1)).toMatchObject({
        ...{ command: 'reconcile', exitStatus: 1 },
        summary: {
          ...{ isEqual: false, differences: 13, report },
          filesInCumulus: { okCount: 2, lists: { onlyInS3: 12, onlyInDynamoDb: 1, wrongSize: 0 } },
        },
      });
      const written = JSON.parse(readFileSync(report, 'utf8'));
      expect(written.filesInCumulus.onlyInS3).toEqual(keys.map((key) => `s3://${BUCKETS.public}/${key}`));
      expect(written.filesInCumulus.onlyInDynamoDb).toEqual([
        { uri: `s3://${BUCKETS.protected}/a/G2.hdf`, granuleId: 'G2' },
      ]);

      // Where dashboards list it.
      const place = `${api.prefix}/reconciliation-reports/inventoryReport-1.json`;
      const there = await reconcile(...system, '--report', `s3://${BUCKETS.system}/${place}`);
      expect(there.code).toBe(1);
      const { body } = await api.ask('GET /reconciliationReports/inventoryReport-1');
      expect(body.filesInCumulus).toEqual(written.filesInCumulus);
      expect((await api.ask('GET /reconciliationReports')).body.results).toMatchObject([
        { name: 'inventoryReport-1', type: 'Inventory', status: 'Generated' },
      ]);
      await api.ask('DELETE /reconciliationReports/inventoryReport-1');
    } finally {
      for (const key of keys) await api.buckets.public.remove(key);
      await api.buckets.protected.put('a/G2.hdf', 'G2');
    }
  });

  const inventory = (keys: readonly string[]): string => {
    const place = join(folder, `inventory-${keys.length}`);
    mkdirSync(join(place, 'data'), { recursive: true });
    const content = gzipSync(keys.map((key) => `"${BUCKETS.protected}","${key}","2"\n`).join(''));
    writeFileSync(join(place, 'data/1.csv.gz'), content);
    const MD5checksum = createHash('md5').update(content).digest('hex');
    const manifest = {
      ...{ sourceBucket: BUCKETS.protected, creationTimestamp: '1893456000000', fileFormat: 'CSV' },
      ...{ fileSchema: 'Bucket, Key, Size', files: [{ key: 'x/data/1.csv.gz', size: content.length, MD5checksum }] },
    };
    writeFileSync(join(place, 'manifest.json'), JSON.stringify(manifest));
    return join(place, 'manifest.json');
  };

  test('takes an inventory in place of a listing, and asks S3 only for what differs from it', async () => {
    const same = await reconcile('--inventory', inventory(['a/G3.hdf', 'a/G1.hdf', 'a/G2.hdf']));
    expect(same).toMatchObject({ code: 0, stderr: '' });
    expect(same.stdout).toContain('3 objects by its inventory of 2030-01-01T00:00:00.000Z\n');
    const twice = await reconcile('--inventory', inventory(['a/G3.hdf', 'a/G1.hdf', 'a/G2.hdf', 'a/G1.hdf']));
    expect(twice.stdout).toBe(same.stdout);
    // Two came and one went since it was made.
    const older = await reconcile('--inventory', inventory(['a/gone.hdf', 'a/G3.hdf']));
    expect(older).toMatchObject({ code: 0, stderr: '' });
    expect(older.stdout).toContain('looked at again: 3 differences, of which 3 were gone\n');
    const two = await reconcile('--inventory', inventory(['a/G1.hdf']), inventory(['a/G2.hdf', 'a/G3.hdf']));
    expect(two).toMatchObject({ code: 1, stderr: expect.stringContaining('are of one bucket') });
    const none = await reconcile('--inventory', join(folder, 'none/manifest.json'));
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no manifest of an inventory at') });
  });

  test('asks CMR where the environment has its settings', async () => {
    cmr.collections = [{ ShortName: 'ELSEWHERE', Version: '1' }];
    const environment = { ...api.buckets.system.environment, ...cmr.environment };
    const asked = await run(['reconcile', '--prefix', api.prefix, ...system], { environment });
    expect(asked).toMatchObject({ code: 1, stderr: expect.stringContaining('1 difference between') });
    expect(asked.stdout).toContain('collections and CMR: 0 the same, 0 only in Cumulus, 1 only in CMR\n');
    expect(asked.stdout).toContain('    ELSEWHERE___1\n');
    expect(asked.stdout).toContain('granules and CMR: 0 the same, 0 only in Cumulus, 0 only in CMR\n');
  });

  test('does not take granules that there are not to be equal', async () => {
    expect(await reconcile('--collection', 'MOD09GQ___006', ...system)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('3 granules\n'),
    });
    const none = await reconcile('--collection', 'MOD09GQ__006', ...system, '--json');
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('none of the granules that are asked for') });
    expect(parseRun(none.stdout)).toMatchObject({
      results: [],
      summary: { isEqual: false, granules: 0, differences: 0 },
    });
  });

  test('refuses what cannot be meant, before it asks anything', async () => {
    for (const wrong of [
      [],
      ['--location', 'cmr', '--bucket', 'archive-public'],
      ['--location', 'orca', ...system],
      ['--max-read-units', '0', ...system],
    ])
      expect(await reconcile(...wrong)).toMatchObject({ code: 2, stdout: '' });
    expect(await reconcile('--location', 'cmr', ...system)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/CMR was not asked: .*cmr_provider/),
    });
  });

  test('killed at any moment it leaves a whole report or none, and nothing among the temporary files', async () => {
    const report = join(folder, 'killed.json');
    const temporary = join(folder, 'tmp');
    mkdirSync(temporary);
    for (const delay of [300, 500, 700, 900, 1_100]) {
      const { process: child, ended } = start(['reconcile', '--prefix', api.prefix, ...system, '--report', report], {
        environment: { ...api.buckets.system.environment, TMPDIR: temporary },
      });
      const timer = setTimeout(() => child.kill('SIGKILL'), delay);
      const { signal } = await ended;
      clearTimeout(timer);
      expect(readdirSync(temporary)).toEqual([]);
      // It may be killed between the end of its writing and its own.
      if (existsSync(report)) expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({ status: 'SUCCESS' });
      else expect(signal).toBe('SIGKILL');
      rmSync(report, { force: true });
      if (signal === null) break;
    }
    // What a killed writer had begun is in nobody's way.
    expect((await reconcile(...system, '--report', report)).code).toBe(0);
    expect(readdirSync(folder).filter((name) => name.startsWith('killed'))).toEqual(['killed.json']);
  });
});

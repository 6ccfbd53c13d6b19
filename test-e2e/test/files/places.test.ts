import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeUnless, ownFolder } from '@cumulus/test-kit';
import { itemsOf, ownTables, putAll } from '@cumulus/test-kit/tables';
import { afterEach, expect, test } from '@jest/globals';
import { expectProved, linesOf } from '../kit/backup-file.ts';
import { cumulusApi, cumulusApiResult } from '../kit/command.ts';
import { granules } from '../kit/granules.ts';
import { Mount, whyNoMounts } from '../kit/mounts.ts';

const folder = ownFolder();
const tables = ownTables();

test('a backup to a place under a file says that it is no directory', async () => {
  const table = await tables.create(granules(3));
  const file = join(folder, 'file');
  await writeFile(file, '');
  const backup = await cumulusApi(['backup', '--table', table, '--directory', join(file, 'backups')]);
  expect(backup).toMatchObject({ code: 1, stdout: '' });
  expect(backup.stderr).toMatch(/not a directory \(ENOTDIR\)/);
  expect(backup.stderr).toContain(file);
});

describeUnless(whyNoMounts(), 'on a file system of its own', () => {
  let disk: Mount | undefined;
  afterEach(() => {
    disk?.remove();
    disk = undefined;
  });

  test('a backup to a place that cannot be written to says so, and leaves what is there', async () => {
    disk = Mount.tmpfs('16m');
    const table = await tables.create(granules(100));
    const args = ['backup', '--table', table, '--directory', disk.folder];
    const { file } = await cumulusApiResult<{ file: string }>(args);
    disk.remount('ro');
    const backup = await cumulusApi(args);
    expect(backup).toMatchObject({ code: 1, stdout: '' });
    expect(backup.stderr).toMatch(/read-only \(EROFS\)/);
    await expectProved(file);
  });

  test('a restore from a place that cannot be written to works, and says that it could not be continued', async () => {
    disk = Mount.tmpfs('16m');
    const table = await tables.create(granules(100));
    const { file } = await cumulusApiResult<{ file: string }>(['backup', '--table', table, '--directory', disk.folder]);
    disk.remount('ro');
    const target = await tables.create();
    const restore = await cumulusApi(['restore', file, '--table', target]);
    expect(restore).toMatchObject({ code: 0 });
    expect(restore.stderr).toMatch(/cannot be continued/);
    expect(await cumulusApi(['verify', file, '--table', target])).toMatchObject({ code: 0 });
  });

  test('sorting more than the folder for temporary files takes names it, and leaves nothing there', async () => {
    disk = Mount.tmpfs('512k');
    const fill = `
      import { RecordSorter } from '@cumulus/dynamodb/storage';
      const sorter = new RecordSorter(65_536);
      try {
        for (let record = 0; record < 20_000; record += 1) await sorter.add('key ' + record, 'x'.repeat(100));
      } catch (error) {
        console.log(error.code, error.message);
      }`;
    const environment = { ...process.env, TMPDIR: disk.folder };
    const args = ['--input-type=module', '--eval', fill];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      cwd: import.meta.dirname,
      env: environment,
    });
    expect(stdout).toContain(`FILE_FAILED ${disk.folder}: no space left on the device (ENOSPC)`);
    expect(await readdir(disk.folder)).toEqual([]);
  });

  test.each([
    ['as lines', [], 400, '200k'],
    ['gzipped', ['--gzip'], 2_000, '100k'],
  ])(
    'a backup %s that fills the disk leaves the earlier one, and is continued once there is room',
    async (_, options, added, size) => {
      disk = Mount.tmpfs(size);
      const table = await tables.create(granules(20));
      const args = ['backup', '--table', table, '--directory', disk.folder, ...options];
      const { file } = await cumulusApiResult<{ file: string }>(args);
      const earlier = await linesOf(file);
      await putAll(table, granules(added, 20));

      const full = await cumulusApi(args);
      expect(full).toMatchObject({ code: 1, stdout: '' });
      expect(full.stderr).toMatch(/no space left on the device \(ENOSPC\)/);
      expect(full.stderr).toContain('--resume');
      await expectProved(file);
      expect(await linesOf(file)).toEqual(earlier);

      disk.remount('size=32m');
      expect(await cumulusApiResult([...args, '--resume'])).toMatchObject({ items: 20 + added });
      expect(await cumulusApi(['verify', file, '--table', table])).toMatchObject({ code: 0 });
    },
  );

  test('a restore of standard input that fills the temporary place writes nothing, and leaves nothing there', async () => {
    disk = Mount.tmpfs('200k');
    await mkdir(join(folder, 'input'));
    const table = await tables.create(granules(400));
    const args = ['backup', '--table', table, '--directory', join(folder, 'input')];
    const { file } = await cumulusApiResult<{ file: string }>(args);
    const target = await tables.create();
    const restore = await cumulusApi(['restore', '-', '--table', target], {
      input: (await linesOf(file)).join('\n'),
      environment: { TMPDIR: disk.folder },
    });
    expect(restore).toMatchObject({ code: 1, stdout: '' });
    expect(restore.stderr).toMatch(/ENOSPC/);
    expect(await itemsOf(target)).toEqual([]);
    expect(await readdir(disk.folder)).toEqual([]);
  });
});

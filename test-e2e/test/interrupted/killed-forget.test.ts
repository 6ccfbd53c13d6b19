import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeUnless, ownFolder, sizeOf } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterEach, describe, expect, test } from '@jest/globals';
import { expectProved } from '../kit/backup-file.ts';
import { cumulusApi, cumulusApiResult, start } from '../kit/command.ts';
import { datedName, putDatedBackups } from '../kit/dated-backups.ts';
import { withFaults } from '../kit/faults/proxy.ts';
import { slow } from '../kit/faults/slow.ts';
import { granules } from '../kit/granules.ts';
import { Mount, whyNoMounts } from '../kit/mounts.ts';

const PRELOAD = ['--import', fileURLToPath(new URL('../kit/faults/kill-before-call.mjs', import.meta.url))];

const folder = ownFolder();
const tables = ownTables();

const forget = (table: string, directory: string): string[] => [
  ...['backups', 'forget', '--directory', directory, '--table', table, '--keep-last', '2', '--yes'],
];

/** Fails unless each data file of a folder is whole, and has its manifest. @returns the data files */
async function expectWhole(directory: string): Promise<readonly string[]> {
  const dataFiles = (await readdir(directory)).filter((name) => /Z\.json$/.test(name));
  for (const name of dataFiles) await expectProved(join(directory, name));
  return dataFiles;
}

describe('backups forget killed between any two of its changes to the file system', () => {
  test('leaves whole backups, among them all that stay, and the next run completes it and leaves nothing', async () => {
    const table = await tables.create(granules(5));
    const template = join(folder, 'template');
    await putDatedBackups(table, template, [1, 2, 3, 4, 5]);
    const left = `${datedName(table, 1)}.restore-other.checkpoint.json`;
    await writeFile(join(template, left), '{}');
    const copy = async (name: string): Promise<string> => {
      const directory = join(folder, name);
      await cp(template, directory, { recursive: true, preserveTimestamps: true });
      return directory;
    };
    const undisturbed = await copy('undisturbed');
    const callsFile = join(folder, 'calls');
    const environment = { CALLS_FILE: callsFile };
    const whole = await cumulusApi(forget(table, undisturbed), { nodeOptions: PRELOAD, environment });
    expect(whole.code).toBe(0);
    const names = (await readdir(undisturbed)).sort();
    const stay = [4, 5].map((day) => datedName(table, day));
    expect(names).toEqual([...stay.flatMap((name) => [name, `${name}.manifest.json`]), `${table}.proofs.json`]);

    const calls = (await readFile(callsFile, 'utf8')).trim().split('\n');
    const changes = [...calls.entries()].filter(([, call]) => /^(?:rm|writeFile|rename) /.test(call));
    // Three data files with their manifests, a checkpoint, and leases.
    expect(changes.length).toBeGreaterThan(9);
    const isSecond = (_: unknown, number: number): boolean => number % 2 === 1;
    const tried = changes.filter(sizeOf({ usual: isSecond, whole: () => true }));
    const found = new Set<number>();
    for (const [index, call] of tried) {
      const directory = await copy(`before-${index + 1}`);
      const killed = await cumulusApi(forget(table, directory), {
        nodeOptions: PRELOAD,
        environment: { KILL_BEFORE_CALL: String(index + 1) },
      });
      expect({ call, signal: killed.signal }).toEqual({ call, signal: 'SIGKILL' });
      const dataFiles = await expectWhole(directory);
      expect(dataFiles).toEqual(expect.arrayContaining(stay));
      found.add(dataFiles.length);
      expect(await cumulusApi(forget(table, directory))).toMatchObject({ code: 0 });
      expect({ call, names: (await readdir(directory)).sort() }).toEqual({ call, names });
    }
    // It was killed with several numbers of backups still there.
    expect(found.size).toBeGreaterThan(2);
  }, 240_000);
});

describe('backups forget beside a backup', () => {
  test('gives way to it, and changes nothing', async () => {
    const table = await tables.create(granules(200));
    const directory = join(folder, 'beside');
    await putDatedBackups(table, directory, [1, 2, 3, 4, 5]);
    const backUp = ['backup', '--table', table, '--directory', directory, '--dated', '--segments', '20'];
    await withFaults([slow('Scan', 300)], async (proxy) => {
      const running = start([...backUp, '--concurrency', '1'], proxy);
      await proxy.reached(6);
      const { code, stderr } = await cumulusApi(forget(table, directory));
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('is being written already') });
      expect(await expectWhole(directory)).toHaveLength(5);
      expect(await running.ended).toMatchObject({ code: 0 });
    });
    expect(await expectWhole(directory)).toHaveLength(6);
    expect(await cumulusApi(forget(table, directory))).toMatchObject({ code: 0 });
    expect(await expectWhole(directory)).toHaveLength(2);
  }, 60_000);
});

describeUnless(whyNoMounts(), 'on a file system of its own, backups forget', () => {
  let disk: Mount | undefined;
  afterEach(() => {
    disk?.remove();
    disk = undefined;
  });

  test('makes room on a full disk', async () => {
    disk = Mount.tmpfs('200k');
    const table = await tables.create(granules(20));
    await putDatedBackups(table, disk.folder, [1, 2, 3, 4]);
    await fill(join(disk.folder, 'fill'));
    const { code, stdout } = await cumulusApi(forget(table, disk.folder));
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(`${table}: 2 forgotten`) });
    expect(await expectWhole(disk.folder)).toEqual([3, 4].map((day) => datedName(table, day)));
  });

  test('says that it may not remove anything where the file system is read-only', async () => {
    disk = Mount.tmpfs('1m');
    const table = await tables.create(granules(5));
    await putDatedBackups(table, disk.folder, [1, 2, 3]);
    disk.remount('ro');
    const { code, stderr } = await cumulusApi(forget(table, disk.folder));
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('read-only (EROFS)') });
    expect(await expectWhole(disk.folder)).toHaveLength(3);
    // What only reads works, and so does a proof, which cannot be noted.
    const list = ['backups', 'list', '--directory', disk.folder];
    expect(await cumulusApiResult([...list])).toMatchObject({ table });
    const verified = await cumulusApi(['verify', join(disk.folder, datedName(table, 1))]);
    expect({ code: verified.code, stderr: verified.stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^WARNING: .* is proved, but that could not be noted .*EROFS/),
    });
  });
});

/** Fills a file system to its last byte. */
async function fill(file: string): Promise<void> {
  for (let bytes = 65_536; bytes >= 1; bytes = Math.floor(bytes / 2)) {
    while (
      await writeFile(file, Buffer.alloc(bytes), { flag: 'a' }).then(
        () => true,
        () => false,
      )
    );
  }
}

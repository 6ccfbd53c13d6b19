import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyBackup } from '@cumulus/dynamodb/backup';
import { describeUnless, ownBucket, ownFolder, ownMoto, sizeOf, whyNoMoto } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { beforeAll, expect, test } from '@jest/globals';
import { cumulusApi, start } from '../kit/command.ts';
import { datedName, putDatedBackups } from '../kit/dated-backups.ts';
import { type Fault, withFaults } from '../kit/faults/proxy.ts';
import { afterRequest, changesS3, refusedByS3 } from '../kit/faults/s3.ts';
import { granules } from '../kit/granules.ts';

// S3 is moto's here.
describeUnless(await whyNoMoto(), 'dated backups in S3', () => {
  const moto = ownMoto();
  const bucket = ownBucket(moto);
  const folder = ownFolder();
  const tables = ownTables();
  let table: string;
  const prefix = 'kept/';

  beforeAll(async () => {
    table = await tables.create(granules(5));
    await putDatedBackups(table, folder, [1, 2, 3, 4, 5]);
  }, 60_000);

  /** Makes the bucket hold the five backups and nothing else. */
  const reset = async (): Promise<void> => {
    await bucket.reset(prefix, []);
    for (const name of await readdir(folder)) await bucket.put(prefix + name, await readFile(join(folder, name)));
  };
  const names = async (): Promise<readonly string[]> =>
    (await bucket.keys(prefix)).map((key) => key.slice(prefix.length));

  /** Fails unless each data object is whole and has its manifest. @returns their names */
  const expectWhole = async (): Promise<readonly string[]> => {
    const dataFiles = (await names()).filter((name) => /Z\.json$/.test(name));
    for (const name of dataFiles) {
      const { proved } = await verifyBackup({ file: bucket.url(prefix + name), s3: bucket.s3 });
      expect({ name, proved }).toEqual({ name, proved: true });
    }
    return dataFiles;
  };

  const forget = (): string[] => [
    ...['backups', 'forget', '--directory', bucket.url('kept'), '--table', table, '--keep-last', '2', '--yes'],
  ];
  const runWith = (args: readonly string[], faults: (kill: () => void) => readonly Fault[]) => {
    let kill: () => void = () => undefined;
    return withFaults(
      faults(() => kill()),
      async (proxy) => {
        const running = start(args, { environment: proxy.environmentOfS3 });
        kill = () => running.process.kill('SIGKILL');
        return running.ended;
      },
      moto.endpoint,
    );
  };
  const stay = (): readonly string[] => [4, 5].map((day) => datedName(table, day));
  const whatStays = (): readonly string[] => [
    ...stay().flatMap((name) => [name, `${name}.manifest.json`]),
    `${table}.proofs.json`,
  ];

  test('backups forget, killed after any of its requests that change S3, leaves whole backups, and the next run completes it', async () => {
    await reset();
    const calls: string[] = [];
    const record: Fault = async (call, pass) => {
      if (changesS3(call)) calls.push(call.action.replace(/\?.*/, ''));
      return pass();
    };
    expect(await runWith(forget(), () => [record])).toMatchObject({ code: 0 });
    expect(await names()).toEqual(whatStays());
    // Two data objects and a third, with their manifests, and the leases that are put and removed: of the notes, and of four forms.
    expect(calls.filter((call) => call.startsWith('DELETE'))).toHaveLength(3 * 2 + 5);

    const isTried = (index: number): boolean => index % 4 === 1 || index >= calls.length - 2;
    const found = new Set<number>();
    for (const [index, call] of [...calls.entries()].filter(([each]) =>
      sizeOf({ usual: isTried(each), whole: true }),
    )) {
      await reset();
      const killed = await runWith(forget(), (kill) => [afterRequest(changesS3, index + 1, kill)]);
      expect({ call, signal: killed.signal }).toEqual({ call, signal: 'SIGKILL' });
      const dataFiles = await expectWhole();
      expect(dataFiles).toEqual(expect.arrayContaining([...stay()]));
      found.add(dataFiles.length);
      expect(await cumulusApi(forget(), { environment: bucket.environment })).toMatchObject({ code: 0 });
      expect({ call, names: await names() }).toEqual({ call, names: whatStays() });
    }
    expect(found.size).toBeGreaterThan(1);
  }, 240_000);

  test('backups forget names what it may not remove, removes nothing beside it, and fails', async () => {
    await reset();
    const denied = refusedByS3(new RegExp(`^DELETE .*${datedName(table, 2)}(?:\\?|$)`), 403, 'AccessDenied');
    const { code, stdout, stderr } = await runWith(forget(), () => [denied]);
    expect(code).toBe(1);
    expect(stdout).toContain(`${table}: 2 forgotten`);
    expect(stderr).toContain(`1 backup of ${table} was not forgotten:`);
    expect(stderr).toMatch(/No permission for DeleteObject of .*20261102T120000Z\.json/);
    expect(await expectWhole()).toEqual([2, 4, 5].map((day) => datedName(table, day)));
    expect(await cumulusApi(forget(), { environment: bucket.environment })).toMatchObject({ code: 0 });
    expect(await names()).toEqual(whatStays());
  }, 60_000);

  test('backup --dated, killed after any of its requests that change S3, leaves whole backups, and the next run leaves nothing else', async () => {
    const args = ['backup', '--table', table, '--to', bucket.url('kept'), '--dated'];
    await reset();
    const calls: string[] = [];
    const record: Fault = async (call, pass) => {
      if (changesS3(call)) calls.push(call.action);
      return pass();
    };
    expect(await runWith(args, () => [record])).toMatchObject({ code: 0 });
    // The lease, the manifest that waits, the data, the manifest, and the removal of two of these.
    expect(calls.length).toBeGreaterThan(5);
    const isTried = (index: number): boolean => index % 2 === 1 || index >= calls.length - 2;
    for (const [index, call] of [...calls.entries()].filter(([each]) =>
      sizeOf({ usual: isTried(each), whole: true }),
    )) {
      await reset();
      const killed = await runWith(args, (kill) => [afterRequest(changesS3, index + 1, kill)]);
      expect({ call, signal: killed.signal }).toEqual({ call, signal: 'SIGKILL' });
      expect((await expectWhole()).length).toBeGreaterThan(4);
      expect(await cumulusApi(args, { environment: bucket.environment })).toMatchObject({ code: 0 });
      const dataFiles = await expectWhole();
      const expected = [...dataFiles.flatMap((name) => [name, `${name}.manifest.json`]), `${table}.proofs.json`];
      expect({ call, names: await names() }).toEqual({ call, names: expected });
    }
  }, 240_000);
});

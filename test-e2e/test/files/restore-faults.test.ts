import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { listArchive } from '@cumulus/dynamodb/archive';
import { describeUnless, onDynamoDBLocal, ownFolder } from '@cumulus/test-kit';
import { client, itemsOf, ownTables, tablesWithPrefix } from '@cumulus/test-kit/tables';
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiResult, host } from '../kit/command.ts';
import { held } from '../kit/faults/held.ts';
import { type Fault, withFaults } from '../kit/faults/proxy.ts';
import { SEED, seededRandom, withOneFault } from '../kit/faults/random.ts';
import { OF_DYNAMODB, refused } from '../kit/faults/refused.ts';
import { unprocessed } from '../kit/faults/unprocessed.ts';
import { granules } from '../kit/granules.ts';
import { Mount, whyNoMounts } from '../kit/mounts.ts';

const tables = ownTables();
const folder = ownFolder();
const archive = join(folder, 'archive');

/** Of about a kilobyte each. */
const ITEMS = 300;

let table: string;

const restore = (...more: readonly string[]): readonly string[] => [
  ...['archive', 'restore', '--from', archive, '--table', table, '--latest'],
  ...more,
];

onDynamoDBLocal('archive restore', () => {
  beforeAll(async () => {
    table = await tables.create(granules(ITEMS));
    const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } as const;
    await client.send(new UpdateTableCommand({ TableName: table, StreamSpecification }));
    const isRestorable = async (): Promise<boolean> =>
      (await listArchive(archive).catch(() => [])).some(({ restorable }) => restorable.length > 0);
    // The second of the base counts as archived once the next run finds no change of it.
    while (!(await isRestorable())) {
      await cumulusApiResult(['archive', 'follow', '--table', table, '--to', archive, '--once', '--settle', '1s']);
    }
  });

  test(`under throttling writes each item, and proves it (seed ${SEED})`, async () => {
    const random = withOneFault(seededRandom());
    await withFaults([unprocessed(0.2, random), refused(0.15, random)], async (proxy) => {
      const to = tables.name();
      const result = await cumulusApiResult(restore('--to', to, '--create-table'), proxy);
      expect(result).toMatchObject({ items: ITEMS, itemsThisRun: ITEMS, verified: { equal: true, same: ITEMS } });
      expect(proxy.faults).toBeGreaterThan(0);
    });
  });

  test('interrupted while it is throttled has no result, and goes on with --resume', async () => {
    const to = tables.name();
    const args = restore('--to', to, '--create-table', '--work-directory', join(folder, 'work'), '--concurrency', '1');
    const throttled = throttledAfter(3);
    await withFaults([throttled.fault], async (proxy) => {
      const restoring = await host(args, { environment: proxy.environment });
      await Promise.race([throttled.reached, restoring.ended]);
      await restoring.kill('SIGINT');
      const { code, stdout, stderr } = await restoring.ended;
      expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
      expect(stderr).toContain('--resume');
    });
    const written = (await itemsOf(to)).length;
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(ITEMS);
    expect(await cumulusApiResult([...args, '--resume'])).toMatchObject({
      ...{ items: ITEMS, resumed: true, verified: { equal: true, same: ITEMS } },
    });
  });

  describeUnless(whyNoMounts(), 'on a file system of its own', () => {
    let disk: Mount | undefined;
    afterEach(() => {
      disk?.remove();
      disk = undefined;
    });

    test('that is full creates no table, and works once there is space', async () => {
      disk = Mount.tmpfs('200k');
      const to = tables.name();
      const args = restore('--to', to, '--create-table', '--work-directory', disk.folder);
      const full = await cumulusApi(args);
      expect(full).toMatchObject({ code: 1, stdout: '' });
      expect(full.stderr).toMatch(/no space left on the device \(ENOSPC\)/);
      expect(full.stderr).toContain(disk.folder);
      expect(await tablesWithPrefix(to)).toEqual([]);
      disk.remount('size=16m');
      expect(await cumulusApiResult([...args, '--resume'])).toMatchObject({
        ...{ items: ITEMS, resumed: false, created: true, verified: { equal: true, same: ITEMS } },
      });
    });

    test('that is full leaves no backup that is none, and writes it once there is space', async () => {
      disk = Mount.tmpfs('16k');
      const args = restore('--to-file', disk.folder);
      const full = await cumulusApi(args);
      expect(full).toMatchObject({ code: 1, stdout: '' });
      expect(full.stderr).toMatch(/no space left on the device \(ENOSPC\)/);
      expect(readdirSync(disk.folder)).not.toContain(`${table}.json.gz`);
      disk.remount('size=16m');
      const { file } = await cumulusApiResult<{ file: string }>(args);
      expect(await cumulusApiResult(['verify', file])).toMatchObject({ items: ITEMS, proved: true });
    });

    test('that fills meanwhile restores all the same, and says that it could not be continued', async () => {
      disk = Mount.tmpfs('2m');
      const to = tables.name();
      const args = restore('--to', to, '--create-table', '--work-directory', disk.folder, '--concurrency', '1');
      const writes = held('BatchWriteItem');
      await withFaults([writes.fault], async (proxy) => {
        const restoring = await host(args, { environment: proxy.environment });
        await Promise.race([writes.reached, restoring.ended]);
        fill(join(String(disk?.folder), 'filler'));
        writes.release();
        const { code, stderr } = await restoring.ended;
        expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/cannot be continued.*ENOSPC/s) });
      });
    });
  });
});

/** From the write after so many on, all of them are throttled. */
function throttledAfter(writes: number): { readonly fault: Fault; readonly reached: Promise<void> } {
  const [throttling] = OF_DYNAMODB;
  let arrived = (): void => undefined;
  const reached = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  let count = 0;
  const fault: Fault = async ({ action }, pass) => {
    if (action !== 'BatchWriteItem' || throttling === undefined) return pass();
    count += 1;
    if (count <= writes) return pass();
    arrived();
    return throttling;
  };
  return { fault, reached };
}

/** Writes until there is no space. */
function fill(path: string): void {
  try {
    for (;;) writeFileSync(path, 'x'.repeat(4_096), { flag: 'a' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

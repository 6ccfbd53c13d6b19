import { join } from 'node:path';
import { onDynamoDBLocal, ownFolder, sizeOf } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectProved, linesOf } from '../kit/backup-file.ts';
import { cumulusApi, cumulusApiResult } from '../kit/command.ts';
import { cutOff } from '../kit/faults/cut-off.ts';
import { withFaults } from '../kit/faults/proxy.ts';
import { SEED, seededRandom, withOneFault } from '../kit/faults/random.ts';
import { refused } from '../kit/faults/refused.ts';
import { slow } from '../kit/faults/slow.ts';
import { unprocessed } from '../kit/faults/unprocessed.ts';
import { granules } from '../kit/granules.ts';

const ITEMS = sizeOf({ usual: 300, whole: 1_500 });
const SEGMENTS = ['--segments', '40'];

describe(`nothing is lost over a disturbed connection (seed ${SEED})`, () => {
  const folder = ownFolder();
  const tables = ownTables();
  let table: string;
  let good: string;
  let goodLines: readonly string[];

  beforeAll(async () => {
    table = await tables.create(granules(ITEMS));
    const { file } = await cumulusApiResult<{ file: string }>(['backup', '--table', table, '--directory', folder]);
    good = file;
    goodLines = await linesOf(file);
    expect(goodLines).toHaveLength(ITEMS);
  });

  test('a backup gets through throttling and HTTP 500 on 20 % of calls', async () => {
    await withFaults([refused(0.15, withOneFault(seededRandom()))], async (proxy) => {
      const directory = join(folder, 'refused');
      const args = ['backup', '--table', table, '--directory', directory, ...SEGMENTS];
      const { items, file } = await cumulusApiResult<{ items: number; file: string }>(args, proxy);
      expect(items).toBe(ITEMS);
      expect(await linesOf(file)).toEqual(goodLines);
      expect(proxy.faults).toBeGreaterThan(0);
    });
  });

  test('a restore and a verification get through throttling and HTTP 500 on 20 % of calls', async () => {
    await withFaults([refused(0.15, withOneFault(seededRandom()))], async (proxy) => {
      const target = tables.name();
      const { items } = await cumulusApiResult<{ items: number }>(
        ['restore', good, '--table', target, '--create-table'],
        proxy,
      );
      expect(items).toBe(ITEMS);
      expect(await cumulusApi(['verify', good, '--table', target], proxy)).toMatchObject({ code: 0 });
      expect(proxy.faults).toBeGreaterThan(0);
    });
  });

  test('a restore sends again what 30 % of the batches left unprocessed', async () => {
    await withFaults([unprocessed(0.3, withOneFault(seededRandom()))], async (proxy) => {
      const target = tables.name();
      const { items } = await cumulusApiResult<{ items: number }>(
        ['restore', good, '--table', target, '--create-table'],
        proxy,
      );
      expect(items).toBe(ITEMS);
      expect(await cumulusApi(['verify', good, '--table', target])).toMatchObject({ code: 0 });
      expect(proxy.faults).toBeGreaterThan(0);
    });
  });

  test('a backup reads again what came in a response that was cut off', async () => {
    await withFaults([cutOff('Scan', 0.15, withOneFault(seededRandom()))], async (proxy) => {
      const directory = join(folder, 'cut-off');
      const args = ['backup', '--table', table, '--directory', directory, ...SEGMENTS];
      const { file } = await cumulusApiResult<{ file: string }>(args, proxy);
      expect(await linesOf(file)).toEqual(goodLines);
      expect(proxy.faults).toBeGreaterThan(0);
    });
  });

  async function restoreThroughCutOff(action: string, ...options: readonly string[]): Promise<void> {
    await withFaults([cutOff(action, 0.15, withOneFault(seededRandom()))], async (proxy) => {
      const target = tables.name();
      const args = ['restore', good, '--table', target, '--create-table', ...options];
      expect(await cumulusApiResult(args, proxy)).toMatchObject({ items: ITEMS });
      expect(await cumulusApi(['verify', good, '--table', target])).toMatchObject({ code: 0 });
      expect(proxy.faults).toBeGreaterThan(0);
    });
  }

  test('a restore writes again what it got no whole response for, and counts it once', async () => {
    await restoreThroughCutOff('BatchWriteItem');
  });

  // dynalite does not say which item stood in the way of a conditional put.
  onDynamoDBLocal('with conditional puts', () => {
    test('a restore --skip-existing knows its own items again, and counts them as written', async () => {
      await restoreThroughCutOff('PutItem', '--skip-existing');
    });
  });

  test('a backup whose endpoint goes away midway says so, leaves the earlier one, and is continued by --resume', async () => {
    const directory = join(folder, 'gone');
    const args = ['backup', '--table', table, '--directory', directory, ...SEGMENTS];
    const { file, sha256 } = await cumulusApiResult<{ file: string; sha256: string }>(args);
    await withFaults([slow('Scan', 20)], async (proxy) => {
      void proxy.reached(25).then(() => proxy.stop());
      const { code, stdout, stderr } = await cumulusApi(args, proxy);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/ECONN|did not answer/);
      expect(stderr).toContain('--resume');
    });
    await expectProved(file);
    expect(await cumulusApiResult(['verify', file])).toMatchObject({ sha256 });
    expect(await cumulusApiResult([...args, '--resume'])).toMatchObject({ items: ITEMS, resumed: true });
    expect(await linesOf(file)).toEqual(goodLines);
  });

  test('a restore whose endpoint goes away midway says so, and is continued by --resume', async () => {
    const target = await tables.create();
    const args = ['restore', good, '--table', target];
    await withFaults([slow('BatchWriteItem', 20)], async (proxy) => {
      void proxy.reached(8).then(() => proxy.stop());
      const { code, stdout, stderr } = await cumulusApi(args, proxy);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/ECONN|did not answer/);
      expect(stderr).toContain('--resume');
    });
    expect(await cumulusApiResult([...args, '--resume'])).toMatchObject({ items: ITEMS, resumed: true });
    expect(await cumulusApi(['verify', good, '--table', target])).toMatchObject({ code: 0 });
  });
});

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownFolder, sizeOf } from '@cumulus/test-kit';
import { countItems, ownTables, putAll } from '@cumulus/test-kit/tables';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiResult, start } from '../kit/command.ts';
import { withFaults } from '../kit/faults/proxy.ts';
import { numberBetween, SEED, seededRandom } from '../kit/faults/random.ts';
import { refused } from '../kit/faults/refused.ts';
import { slow } from '../kit/faults/slow.ts';
import { unprocessed } from '../kit/faults/unprocessed.ts';
import { granules } from '../kit/granules.ts';

const ITEMS = sizeOf({ usual: 1_400, whole: 3_500 });
/** One of seven collections. */
const CHOSEN = ITEMS / 7;
const WHERE = ['--where', 'collectionId=MOD09GQ___3'];
/** The batches of a whole run, and a few calls that describe the table. */
const CALLS = CHOSEN / 25 + 4;

describe(`a restore of a part, disturbed (seed ${SEED})`, () => {
  const folder = ownFolder();
  const tables = ownTables();
  const keys = join(folder, 'keys.jsonl');
  let file: string;

  beforeAll(async () => {
    const table = await tables.create(granules(ITEMS));
    ({ file } = await cumulusApiResult<{ file: string }>(['backup', '--table', table, '--directory', folder]));
    const ids = granules(ITEMS).filter((_, number) => number % 7 === 3);
    await writeFile(keys, ids.map(({ granuleId }) => `${JSON.stringify({ granuleId })}\n`).join(''));
  }, 60_000);

  test.each([
    ['--where', WHERE],
    ['--keys', ['--keys', keys]],
  ])(
    'with %s, killed at random moments, comes by --resume to its items and no others',
    async (_, part) => {
      const random = seededRandom();
      const kills = sizeOf({ usual: 2, whole: 8 });
      let killed = 0;
      while (killed < kills) {
        const target = await tables.create(granules(10, ITEMS));
        const args = [
          'restore',
          file,
          '--table',
          target,
          ...part,
          '--overwrite',
          '--yes',
          '--resume',
          '--concurrency',
          '2',
        ];
        for (let done = false; !done; ) {
          await withFaults([slow('BatchWriteItem', 300)], async (proxy) => {
            const running = start(args, proxy);
            if (killed < kills) {
              void proxy.reached(numberBetween(random, 3, CALLS)).then(() => running.process.kill('SIGKILL'));
            }
            const { code, signal, stderr } = await running.ended;
            if (code === 0) {
              done = true;
              return;
            }
            expect({ signal, stderr }).toEqual({ signal: 'SIGKILL', stderr: expect.any(String) });
            killed += 1;
          });
        }
        expect(await countItems(target)).toBe(CHOSEN + 10);
        const again = [...args.filter((arg) => arg !== '--resume'), '--verify'];
        expect(await cumulusApiResult(again)).toMatchObject({
          chosen: CHOSEN,
          verified: { equal: true, same: CHOSEN },
        });
      }
    },
    180_000,
  );

  test('outlasts throttling and unprocessed items, and counts and compares right', async () => {
    const random = seededRandom();
    const target = await tables.create();
    let faults = 0;
    await withFaults([refused(0.15, random), unprocessed(0.4, random)], async (proxy) => {
      for (let round = 0; faults === 0 || round === 0; round += 1) {
        const args = ['restore', file, '--table', target, ...WHERE, '--overwrite', '--yes', '--verify'];
        const result = await cumulusApiResult(args, proxy);
        expect(result).toMatchObject({ items: CHOSEN, chosen: CHOSEN, verified: { equal: true, same: CHOSEN } });
        faults = proxy.faults;
      }
    });
    expect(faults).toBeGreaterThan(0);
    expect(await countItems(target)).toBe(CHOSEN);
  }, 120_000);

  test('a diff with a table outlasts throttling, and a killed one leaves the list as it was', async () => {
    const random = seededRandom();
    const target = await tables.create(granules(ITEMS - 5));
    await putAll(target, [{ ...granules(1)[0], status: { S: 'damaged' } } as ReturnType<typeof granules>[number]]);
    const list = join(folder, 'list.jsonl');
    await writeFile(list, 'earlier\n');
    const args = ['backups', 'diff', file, '--table', target, '--list', list];
    await withFaults([slow('Scan', 400)], async (proxy) => {
      const running = start(args, proxy);
      void proxy.reached(4).then(() => running.process.kill('SIGKILL'));
      expect((await running.ended).signal).toBe('SIGKILL');
    });
    expect(await readFile(list, 'utf8')).toBe('earlier\n');
    await withFaults([refused(0.3, random)], async (proxy) => {
      const { code, stdout } = await cumulusApi([...args, '--json'], proxy);
      expect(code).toBe(1);
      expect(JSON.parse(stdout).results[0]).toMatchObject({ same: ITEMS - 6, changed: 1, onlyInA: 5, onlyInB: 0 });
    });
  }, 120_000);
});

import { ownFolder, sizeOf } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiResult, host, start } from '../kit/command.ts';
import { withFaults } from '../kit/faults/proxy.ts';
import { numberBetween, SEED, seededRandom } from '../kit/faults/random.ts';
import { slow } from '../kit/faults/slow.ts';
import { granules } from '../kit/granules.ts';

const ITEMS = sizeOf({ usual: 1_000, whole: 1_500 });
/** Calls of a whole run: its batches, and a few that make and describe the table. */
const CALLS = ITEMS / 25 + 6;

describe(`a restore killed again and again (seed ${SEED})`, () => {
  const folder = ownFolder();
  const tables = ownTables();
  let file: string;

  beforeAll(async () => {
    const table = await tables.create(granules(ITEMS));
    ({ file } = await cumulusApiResult<{ file: string }>(['backup', '--table', table, '--directory', folder]));
  });

  test.each([
    // Slow enough that some kills come after a checkpoint, which a run that is stopped in good order saves at its end.
    ['SIGKILL', sizeOf({ usual: 3, whole: 10 }), 500],
    ['SIGINT', sizeOf({ usual: 2, whole: 6 }), 100],
  ] as const)(
    'by %s at %i random moments comes by --resume to what an undisturbed run gives',
    async (signal, kills, slowness) => {
      const random = seededRandom();
      let killed = 0;
      while (killed < kills) {
        const target = tables.name();
        const args = ['restore', file, '--table', target, '--create-table', '--resume'];
        for (let done = false; !done; ) {
          await withFaults([slow('BatchWriteItem', slowness)], async (proxy) => {
            const running = start(args, proxy);
            if (killed < kills) {
              void proxy.reached(numberBetween(random, 1, CALLS)).then(() => running.process.kill(signal));
            }
            const { code, signal: by, stderr } = await running.ended;
            if (code === 0) {
              done = true;
              return;
            }
            if (signal === 'SIGINT') expect({ code, stderr }).toEqual({ code: 130, stderr: expect.any(String) });
            else expect({ by, stderr }).toEqual({ by: 'SIGKILL', stderr: expect.any(String) });
            killed += 1;
          });
        }
        expect(await cumulusApiResult(['verify', file, '--table', target])).toMatchObject({ items: ITEMS });
      }
    },
    180_000,
  );

  test('is not restarted by mistake: without --resume its half-filled table is refused, and --resume is named', async () => {
    const target = await tables.create();
    const args = ['restore', file, '--table', target];
    await withFaults([slow('BatchWriteItem', 50)], async (proxy) => {
      const running = await host(args, proxy);
      void proxy.reached(CALLS / 2).then(() => running.kill('SIGINT'));
      expect((await running.ended).code).toBe(130);
    });
    const again = await cumulusApi(args);
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toContain('continue it with --resume');
    expect(await cumulusApiResult([...args, '--resume'])).toMatchObject({ items: ITEMS, resumed: true });
    expect(await cumulusApi(['verify', file, '--table', target])).toMatchObject({ code: 0 });
  });
});

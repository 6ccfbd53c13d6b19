import { join } from 'node:path';
import { ownFolder, sizeOf } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectProved, linesOf } from '../kit/backup-file.ts';
import { cumulusApi, cumulusApiResult, start } from '../kit/command.ts';
import { withFaults } from '../kit/faults/proxy.ts';
import { numberBetween, SEED, seededRandom } from '../kit/faults/random.ts';
import { slow } from '../kit/faults/slow.ts';
import { granules } from '../kit/granules.ts';

const ITEMS = sizeOf({ usual: 600, whole: 1_500 });
const SEGMENTS = 48;
const SLOWNESS = 200;
/** Calls of a whole run: its scan's, and a few that describe the table. */
const CALLS = SEGMENTS + 4;

describe(`a backup killed again and again (seed ${SEED})`, () => {
  const folder = ownFolder();
  const tables = ownTables();
  let table: string;
  let undisturbed: readonly string[];

  beforeAll(async () => {
    table = await tables.create(granules(ITEMS));
    const { file } = await cumulusApiResult<{ file: string }>(['backup', '--table', table, '--directory', folder]);
    undisturbed = await linesOf(file);
    expect(undisturbed).toHaveLength(ITEMS);
  });

  test.each([
    ['SIGKILL', sizeOf({ usual: 4, whole: 12 }), []],
    ['SIGKILL', sizeOf({ usual: 2, whole: 6 }), ['--gzip']],
    ['SIGINT', sizeOf({ usual: 2, whole: 8 }), []],
  ] as const)(
    'by %s at %i random moments (options: %j) comes by --resume to what an undisturbed run gives',
    async (signal, kills, options) => {
      const random = seededRandom();
      const directory = join(folder, [signal, ...options].join(''));
      const args = ['backup', '--table', table, '--directory', directory, '--segments', String(SEGMENTS), ...options];
      // The earlier backup, which has to be whole at every moment.
      const { file } = await cumulusApiResult<{ file: string }>(args);
      for (let killed = 0; killed < kills; ) {
        await withFaults([slow('Scan', SLOWNESS)], async (proxy) => {
          const running = start([...args, '--resume'], proxy);
          void proxy.reached(numberBetween(random, 1, CALLS)).then(() => running.process.kill(signal));
          const { code, signal: by, stderr } = await running.ended;
          if (code !== 0) {
            expect([signal === 'SIGINT' ? 130 : signal]).toContain(signal === 'SIGINT' ? code : by);
            // Stopped at its first question a run has read nothing, and so has nothing to say on how to go on.
            if (signal === 'SIGINT') expect(stderr).toMatch(/--resume|DescribeTable .* was interrupted/);
            killed += 1;
          }
        });
        await expectProved(file);
        expect(await linesOf(file)).toEqual(undisturbed);
      }
      expect(await cumulusApiResult([...args, '--resume'])).toMatchObject({ items: ITEMS });
      expect(await linesOf(file)).toEqual(undisturbed);
      expect(await cumulusApi(['verify', file, '--table', table])).toMatchObject({ code: 0 });
    },
    180_000,
  );
});

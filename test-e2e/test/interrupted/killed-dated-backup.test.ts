import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownFolder, sizeOf } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectProved, linesOf } from '../kit/backup-file.ts';
import { cumulusApi, cumulusApiResult, start } from '../kit/command.ts';
import { withFaults } from '../kit/faults/proxy.ts';
import { numberBetween, SEED, seededRandom } from '../kit/faults/random.ts';
import { slow } from '../kit/faults/slow.ts';
import { granules } from '../kit/granules.ts';

const PRELOAD = ['--import', fileURLToPath(new URL('../kit/faults/kill-before-call.mjs', import.meta.url))];

const ITEMS = 400;
const SEGMENTS = 24;
/** Calls of a whole run: its scan's, and a few that describe the table. */
const CALLS = SEGMENTS + 4;

describe(`a dated backup that is killed (seed ${SEED})`, () => {
  const folder = ownFolder();
  const tables = ownTables();
  let table: string;
  let undisturbed: readonly string[];

  beforeAll(async () => {
    table = await tables.create(granules(ITEMS));
    const { file } = await cumulusApiResult<{ file: string }>(['backup', '--table', table, '--directory', folder]);
    undisturbed = await linesOf(file);
  });

  const dataFilesIn = async (directory: string): Promise<readonly string[]> =>
    (await readdir(directory).catch(() => [])).filter((name) => /\dZ\.json(?:\.gz)?$/.test(name));
  const expectWhole = async (directory: string): Promise<readonly string[]> => {
    const dataFiles = await dataFilesIn(directory);
    for (const name of dataFiles) await expectProved(join(directory, name));
    return dataFiles;
  };
  /** What is in a folder beside data files and their manifests. */
  const leftIn = async (directory: string): Promise<readonly string[]> =>
    (await readdir(directory)).filter((name) => !/\dZ\.json(?:\.gz)?(?:\.manifest\.json)?$/.test(name));

  test.each([
    [sizeOf({ usual: 4, whole: 12 }), []],
    [sizeOf({ usual: 2, whole: 6 }), ['--gzip']],
  ] as const)(
    '%i times at random moments (options: %j) comes by --resume to a whole one, and leaves nothing else',
    async (kills, options) => {
      const random = seededRandom();
      const directory = join(folder, ['killed', ...options].join(''));
      const args = ['backup', '--table', table, '--directory', directory, '--dated', '--resume', ...options];
      let ended = 0;
      for (let killed = 0; killed < kills; ) {
        await withFaults([slow('Scan', 100)], async (proxy) => {
          const running = start([...args, '--segments', String(SEGMENTS)], proxy);
          void proxy.reached(numberBetween(random, 1, CALLS)).then(() => running.process.kill('SIGKILL'));
          const { code, signal } = await running.ended;
          if (code === 0) ended += 1;
          else {
            expect(signal).toBe('SIGKILL');
            killed += 1;
          }
        });
        expect(await expectWhole(directory)).toHaveLength(ended);
      }
      const { file } = await cumulusApiResult<{ file: string }>(args);
      expect(await linesOf(file)).toEqual(undisturbed);
      expect(await expectWhole(directory)).toHaveLength(ended + 1);
      expect(await leftIn(directory)).toEqual([]);
    },
    180_000,
  );

  test('between any two of its changes to the file system is whole or not there, and the next run leaves nothing else', async () => {
    const args = (directory: string): string[] => ['backup', '--table', table, '--directory', directory, '--dated'];
    const callsFile = join(folder, 'calls');
    const environment = { CALLS_FILE: callsFile };
    const plain = await cumulusApi(args(join(folder, 'undisturbed')), { nodeOptions: PRELOAD, environment });
    expect(plain.code).toBe(0);
    const calls = (await readFile(callsFile, 'utf8')).trim().split('\n');
    const changes = [...calls.entries()].filter(([, call]) => /^(?:rename|rm) |^open .*\.(?:partial|tmp)$/.test(call));
    expect(changes.some(([, call]) => call.endsWith('Z.json.partial'))).toBe(true);
    const isDecisive = ([, call]: readonly [number, string]): boolean => /^(?:rename|open .*partial)/.test(call);
    const tried = changes.filter(sizeOf({ usual: isDecisive, whole: () => true }));
    const found = new Set<number>();
    for (const [number, [index, call]] of tried.entries()) {
      const directory = join(folder, `before-${index + 1}`);
      const environment = { KILL_BEFORE_CALL: String(index + 1) };
      const killed = await cumulusApi(args(directory), { nodeOptions: PRELOAD, environment });
      expect({ call, signal: killed.signal }).toEqual({ call, signal: 'SIGKILL' });
      found.add((await expectWhole(directory)).length);
      // Every second one starts again, the others continue.
      const again = await cumulusApi([...args(directory), ...(number % 2 === 0 ? ['--resume'] : [])]);
      expect(again).toMatchObject({ code: 0 });
      await expectWhole(directory);
      expect({ call, left: await leftIn(directory) }).toEqual({ call, left: [] });
    }
    expect([...found].sort()).toEqual([0, 1]);
  }, 180_000);
});

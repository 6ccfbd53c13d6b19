import { setTimeout as sleep } from 'node:timers/promises';
import { onDynamoDBLocal, ownFolder, sizeOf } from '@cumulus/test-kit';
import { createTable, ownTables, stringKeyed, tablesWithPrefix } from '@cumulus/test-kit/tables';
import { beforeAll, expect, test } from '@jest/globals';
import { cumulusApi, host, start } from '../kit/command.ts';
import { held } from '../kit/faults/held.ts';
import { withFaults } from '../kit/faults/proxy.ts';
import { numberBetween, type Random, SEED, seededRandom } from '../kit/faults/random.ts';
import { refused } from '../kit/faults/refused.ts';
import { slow } from '../kit/faults/slow.ts';
import { granules } from '../kit/granules.ts';

/** About the calls of a whole rehearsal. */
const CALLS = 80;
const KILLS = sizeOf({ usual: 12, whole: 60 });

onDynamoDBLocal(`a rehearsal killed again and again (seed ${SEED})`, () => {
  const folder = ownFolder();
  const tables = ownTables();
  const { prefix } = tables;
  const args = ['rehearse', '--prefix', prefix, '--from', 'backup', '--backups', folder, '--tables', 'GranulesTable'];
  let before: readonly string[];

  beforeAll(async () => {
    const table = await tables.create(granules(150), ['granuleId'], 'GranulesTable');
    expect((await cumulusApi(['backup', '--table', table, '--directory', folder])).code).toBe(0);
    // Names that are like those of a rehearsal, and are none, or of another deployment, or in no journal.
    const owner = `20261129T203200Z-${'0'.repeat(20)}`;
    for (const name of [
      `${prefix}-rehearsal-GranulesTable`,
      `${prefix}-rehearsal-${owner}-Notes`,
      `${prefix}-rehearsal-${owner}-GranulesTable`,
      `${prefix}2-rehearsal-${owner}-Journal`,
      `${prefix}2-rehearsal-${owner}-GranulesTable`,
    ]) {
      await createTable(stringKeyed(name, ['granuleId']));
    }
    before = await tablesWithPrefix(prefix);
  });

  /** Runs it, and kills it at a random moment. @returns whether it was killed before its end */
  async function killOnce(random: Random, signal: 'SIGKILL' | 'SIGTERM'): Promise<boolean> {
    return withFaults([slow('BatchWriteItem', 20)], async (proxy) => {
      const running = start(args, proxy);
      const pause = numberBetween(random, 0, 10);
      void proxy.reached(numberBetween(random, 1, CALLS)).then(async () => {
        // Also while an answer is on its way.
        await sleep(pause);
        running.process.kill(signal);
      });
      const { code, signal: by, stderr, stdout } = await running.ended;
      // A SIGTERM after the work's end, which has been said, ends the process as any other.
      if (code === 0 || (by === 'SIGTERM' && stdout.includes(`${prefix}-GranulesTable: proved`))) return false;
      if (signal === 'SIGKILL') expect({ by, stderr }).toEqual({ by: 'SIGKILL', stderr: expect.any(String) });
      else expect({ code, stderr }).toEqual({ code: 143, stderr: expect.any(String) });
      return true;
    });
  }

  async function rehearseWhole(): Promise<void> {
    const { code, stderr, stdout } = await cumulusApi(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^WARNING: Not deleted, since/) });
    expect(stdout).toContain(`${prefix}-GranulesTable: proved`);
    expect(await tablesWithPrefix(prefix)).toEqual(before);
  }

  test(
    `${KILLS} times leaves what the next one removes, and nothing else is gone`,
    async () => {
      const random = seededRandom();
      let left = 0;
      for (let killed = 0; killed < KILLS; ) {
        // Now and then the one that cleans is killed too.
        const inARow = numberBetween(random, 1, 3);
        for (let row = 0; row < inARow; ) {
          if (!(await killOnce(random, 'SIGKILL'))) continue;
          row += 1;
          killed += 1;
          const now = await tablesWithPrefix(prefix);
          expect(now).toEqual(expect.arrayContaining([...before]));
          if (now.length > before.length) left += 1;
        }
        await rehearseWhole();
      }
      expect(left).toBeGreaterThan(0);
    },
    sizeOf({ usual: 300_000, whole: 1_200_000 }),
  );

  test('that is interrupted in good order leaves nothing, at whatever moment', async () => {
    const random = seededRandom();
    for (let stopped = 0; stopped < sizeOf({ usual: 4, whole: 30 }); ) {
      if (!(await killOnce(random, 'SIGTERM'))) continue;
      stopped += 1;
      expect(await tablesWithPrefix(prefix)).toEqual(before);
    }
  }, 120_000);

  test('a rehearsal is refused while another one runs, and names it', async () => {
    const { fault, reached, release } = held('BatchWriteItem');
    await withFaults([fault], async (proxy) => {
      const running = await host(args, proxy);
      await reached;
      const { code, stderr } = await cumulusApi(args);
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/is under way: process \d+ on /) });
      release();
      expect((await running.ended).code).toBe(0);
    });
    expect(await tablesWithPrefix(prefix)).toEqual(before);
  });

  test('comes through throttling and failing requests, and removes what it made', async () => {
    await withFaults([refused(0.2, seededRandom())], async (proxy) => {
      const { code, stdout } = await cumulusApi(args, proxy);
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(': proved') });
      expect(proxy.faults).toBeGreaterThan(0);
    });
    expect(await tablesWithPrefix(prefix)).toEqual(before);
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onDynamoDBLocal, sizeOf } from '@cumulus/test-kit';
import { itemsOf } from '@cumulus/test-kit/tables';
import { expect, test } from '@jest/globals';
import { restoreAt } from '../../src/archive/restore-at.ts';
import { fromSdkItem } from '../../src/items/typed-item.ts';
import { granule } from '../scratch.ts';
import { Archived, byKey, type Followed, QUICK, someOf } from './archived.ts';
import { writeAtRandom } from './write-at-random.ts';

const TIMEOUT = sizeOf({ usual: 180_000, whole: 1_200_000 });

/** Seconds of which the state is compared with the journal, as files and as restored tables. */
const STATES = sizeOf({ usual: 10, whole: 50 });
const TABLES = sizeOf({ usual: 2, whole: 50 });

const FOLLOWER = fileURLToPath(new URL('follower.mjs', import.meta.url));
const RESTORER = fileURLToPath(new URL('restorer.mjs', import.meta.url));

onDynamoDBLocal('followers and restores that are killed', () => {
  const scratch = new Archived();

  function start({ front, table }: Followed): ChildProcess {
    const options = JSON.stringify({ table, archive: scratch.archive, ...QUICK });
    return spawn(process.execPath, [FOLLOWER, front.endpoint, options], { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  /** Restores a second into a new table, kills that at random moments, and has it continued to its end. */
  async function restoreKilled({ table, front }: Followed, second: number): Promise<void> {
    const to = scratch.tableName();
    const { client, archive } = scratch;
    const workDirectory = scratch.path(`work-${second}`);
    const options = { archive, table, to, createTable: true, workDirectory, resume: true, concurrency: 1 };
    const at = new Date(second * 1000);
    for (let kills = 0; kills < 2; kills += 1) {
      const restorer = spawn(process.execPath, [RESTORER, JSON.stringify({ ...options, at })], { stdio: 'ignore' });
      await Promise.race([once(restorer, 'exit'), sleep(Math.random() * 1_500)]);
      await kill(restorer);
    }
    const { comparison } = await restoreAt({ client, ...options, at });
    expect(comparison?.equal).toBe(true);
    const expected = byKey(front.stateAt(second).values());
    expect([second, byKey((await itemsOf(to)).map(fromSdkItem))]).toEqual([second, expected]);
  }

  async function kill(follower: ChildProcess): Promise<void> {
    follower.kill('SIGKILL');
    if (follower.exitCode === null && follower.signalCode === null) await once(follower, 'exit');
  }

  test(
    'lose no change and write none twice, whenever it is, though some come late or are given again',
    async () => {
      const milliseconds = sizeOf({ usual: 6_000, whole: 120_000 });
      const followed = await scratch.followed({ faults: 0.05, maxDelay: 300, lateEvery: 20 });
      const { front } = followed;
      for (let number = 0; number < 10; number += 1) await front.put(granule(number));
      const followers = [start(followed), start(followed)];
      let kills = 0;
      try {
        await scratch.reached(0);
        const writing = writeAtRandom(front, { writers: 4, milliseconds });
        const end = Date.now() + milliseconds;
        while (Date.now() < end || kills < 3) {
          await sleep(300 + Math.random() * 1_200);
          const index = Math.floor(Math.random() * followers.length);
          await kill(followers[index] as ChildProcess);
          kills += 1;
          followers[index] = start(followed);
          if (Math.random() < 0.3) await front.split(1 + Math.floor(Math.random() * 2));
        }
        await writing;
        await scratch.reached(Date.now());
        while ((await scratch.summary()).changes < front.journal.length) await sleep(100);
        // The followers go on meanwhile.
        for (const second of someOf(await scratch.seconds(), TABLES)) await restoreKilled(followed, second);
      } finally {
        for (const follower of followers) await kill(follower);
      }
      expect(kills).toBeGreaterThan(2);
      expect(front.faults).toBeGreaterThan(0);
      expect(front.repeated).toBeGreaterThan(0);
      const { changes, late, bases, restorable } = await scratch.summary();
      expect({ changes, bases: bases.length }).toEqual({ changes: front.journal.length, bases: 1 });
      const shownLate = front.delays.filter((delay) => delay >= QUICK.settle);
      expect(shownLate.length).toBeGreaterThan(0);
      // Nothing may have been claimed meanwhile.
      expect(late).toBeLessThanOrEqual(shownLate.length);
      expect(restorable).toHaveLength(1);
      expect(await scratch.expectJournal(followed, STATES)).toBeGreaterThan(2);
      await scratch.expectWhole();
    },
    TIMEOUT,
  );
});

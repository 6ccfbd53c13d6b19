import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onDynamoDBLocal, sizeOf } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { granule } from '../scratch.ts';
import { Archived, type Followed, QUICK } from './archived.ts';
import { writeAtRandom } from './write-at-random.ts';

const TIMEOUT = sizeOf({ usual: 60_000, whole: 600_000 });

const FOLLOWER = fileURLToPath(new URL('follower.mjs', import.meta.url));

onDynamoDBLocal('followers that are killed', () => {
  const scratch = new Archived();

  function start({ front, table }: Followed): ChildProcess {
    const options = JSON.stringify({ table, archive: scratch.archive, ...QUICK });
    return spawn(process.execPath, [FOLLOWER, front.endpoint, options], { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  async function kill(follower: ChildProcess): Promise<void> {
    follower.kill('SIGKILL');
    if (follower.exitCode === null && follower.signalCode === null) await once(follower, 'exit');
  }

  test(
    'lose no change and write none twice, whenever it is',
    async () => {
      const milliseconds = sizeOf({ usual: 12_000, whole: 120_000 });
      const followed = await scratch.followed({ faults: 0.05, maxDelay: 300 });
      const { front } = followed;
      for (let number = 0; number < 10; number += 1) await front.put(granule(number));
      const followers = [start(followed), start(followed)];
      let kills = 0;
      try {
        await scratch.reached(0);
        const writing = writeAtRandom(front, { writers: 4, milliseconds });
        const end = Date.now() + milliseconds;
        while (Date.now() < end) {
          await sleep(500 + Math.random() * 2_000);
          const index = Math.floor(Math.random() * followers.length);
          await kill(followers[index] as ChildProcess);
          kills += 1;
          followers[index] = start(followed);
          if (Math.random() < 0.3) await front.split(1 + Math.floor(Math.random() * 2));
        }
        await writing;
        await scratch.reached(Date.now());
      } finally {
        for (const follower of followers) await kill(follower);
      }
      expect(kills).toBeGreaterThan(2);
      expect(front.faults).toBeGreaterThan(0);
      const { changes, late, bases, restorable } = await scratch.summary();
      expect({ changes, bases: bases.length }).toEqual({ changes: front.journal.length, bases: 1 });
      // A machine under load may show changes later than the margin.
      expect(late).toBeLessThanOrEqual(front.delays.filter((delay) => delay >= QUICK.settle).length);
      expect(restorable).toHaveLength(1);
      expect(await scratch.expectJournal(followed, 50)).toBeGreaterThan(5);
      await scratch.expectWhole();
    },
    TIMEOUT,
  );
});

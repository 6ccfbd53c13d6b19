import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onDynamoDBLocal, sizeOf } from '@cumulus/test-kit';
import { expect } from '@jest/globals';
import { NotArchivableError, TimeNotArchivedError } from '../../src/archive/errors.ts';
import { listCatalogue } from '../../src/backup/catalogue/list-catalogue.ts';
import { sortDirectory } from '../../src/backup/store/sort-directory.ts';
import type { TypedItem } from '../../src/items/typed-item.ts';
import { GRANULE_SCHEMA, granule } from '../scratch.ts';
import { type Archived, archivesAtOnce, byKey, type Followed, QUICK } from './archived.ts';
import type { StreamFront } from './stream-front.ts';
import { writeAtRandom } from './write-at-random.ts';

/** Has changes trimmed that no follower has read. */
const trimming =
  (split: (front: StreamFront) => Promise<unknown>) =>
  async (scratch: Archived): Promise<void> => {
    const followed = await scratch.followed();
    const { front, table } = followed;
    await scratch.whileFollowed(followed, async () => {
      await scratch.reached(0);
      await front.put(granule(9_001, { version: { N: '1' } }));
      await writeAtRandom(front, { writers: 2, milliseconds: 1_500 });
    });
    const before = await scratch.summary();
    await front.put(granule(9_001, { version: { N: '2' } }));
    await writeAtRandom(front, { writers: 2, milliseconds: 1_500 });
    await split(front);
    await front.trim();
    const away = Date.now();
    await sleep(1_100);
    const events = await scratch.whileFollowed(followed, () =>
      writeAtRandom(front, { writers: 2, milliseconds: 1_500 }),
    );
    expect(events.filter(({ kind }) => kind === 'gap').length).toBeGreaterThan(0);
    const { restorable, bases } = await scratch.summary();
    expect(bases).toHaveLength(2);
    expect(restorable).toHaveLength(2);
    expect(restorable[0]).toEqual({ ...before.restorable[0], isOpen: false });
    expect(restorable[1]?.from.getTime()).toBeGreaterThan(away);
    await scratch.expectJournal(followed);
    await scratch.expectWhole();
    await expect(scratch.stateAt(table, Math.floor(away / 1000))).rejects.toThrow(TimeNotArchivedError);
  };

onDynamoDBLocal('the archive of a table', () => {
  archivesAtOnce({
    'gives the state at each second since its base, while writers and shards go on': async (scratch) => {
      const followed = await scratch.followed();
      const { front, table } = followed;
      for (let number = 0; number < 20; number += 1) await front.put(granule(number));
      const events = await scratch.whileFollowed(followed, async () => {
        await scratch.reached(0);
        const writing = writeAtRandom(front, { writers: 3, milliseconds: 6_000 });
        for (const children of [2, 1, 2]) {
          await sleep(1_500);
          await front.split(children);
        }
        await writing;
      });
      expect(await scratch.expectJournal(followed)).toBeGreaterThan(4);
      await scratch.expectWhole();
      const { changes, gaps, late, bases, problem } = await scratch.summary();
      expect({ changes, late, bases: bases.length, problem }).toEqual({
        ...{ changes: front.journal.length, late: 0, bases: 1, problem: undefined },
      });
      // What was before the archive.
      expect(gaps.map(({ from }) => from)).toEqual([undefined]);
      expect(events.filter(({ kind }) => kind === 'base made')).toHaveLength(1);
      const [ofTable] = await listCatalogue(scratch.archive);
      expect(ofTable?.backups.map(({ kind }) => kind)).toEqual(['dated']);
      expect((await sortDirectory(scratch.archive, () => true)).others).toEqual([]);
      expect(readdirSync(scratch.archive).every((name) => name.startsWith(`${table}.`))).toBe(true);
    },

    'keeps every digit and byte of an item, and what DynamoDB deletes': async (scratch) => {
      const followed = await scratch.followed();
      const item: TypedItem = {
        ...granule(1),
        number: { N: '-1.2345678901234567890123456789012345678E-20' },
        bytes: { BS: ['AP8=', 'AQ=='] },
        nested: { M: { empty: { S: '' }, list: { L: [{ NULL: true }, { NS: ['1', '2.5'] }] } } },
      };
      await scratch.whileFollowed(followed, async () => {
        await scratch.reached(0);
        await followed.front.put(item);
        await followed.front.put(granule(2));
        await followed.front.delete({ granuleId: granule(2)['granuleId'] as never });
      });
      const { restorable } = await scratch.summary();
      const last = (restorable.at(-1)?.to.getTime() ?? 0) / 1000;
      expect(await scratch.stateAt(followed.table, last)).toEqual(byKey([item]));
    },

    'archives what is there now and ends, where that is asked for, and goes on with it the next time': async (
      scratch,
    ) => {
      const followed = await scratch.followed();
      const { front, table } = followed;
      await front.put(granule(1));
      const first = await scratch.follow(followed, { once: true });
      expect(first).toMatchObject({ table, changes: 1, bases: [expect.stringContaining(table)] });
      await sleep(QUICK.settle + 1_100);
      await front.put(granule(2));
      await sleep(QUICK.settle + 1_100);
      expect(await scratch.follow(followed, { once: true })).toMatchObject({ changes: 1, bases: [], gaps: 0 });
      expect(await scratch.expectJournal(followed)).toBeGreaterThan(0);
      await scratch.expectWhole();
    },

    'names the gap where changes were trimmed within a shard, makes a new base, and claims no second in it': trimming(
      async () => undefined,
    ),
    'names the gap where changes were trimmed before the shard split, makes a new base, and claims no second in it':
      trimming((front) => front.split()),

    'writes each change once, however many followers there are': async (scratch) => {
      const followed = await scratch.followed({ faults: 0.1, maxDelay: 200 });
      const { front } = followed;
      const stop = new AbortController();
      // Leases only divide the work. They are taken away here, so that all followers read all shards.
      const isLease = (name: string): boolean => name.includes('.follow.lock.');
      const thief = setInterval(() => {
        if (!existsSync(scratch.archive)) return;
        for (const name of readdirSync(scratch.archive).filter(isLease))
          rmSync(join(scratch.archive, name), { force: true });
      }, 2);
      const following = [1, 2, 3].map(() => scratch.follow(followed, { abortSignal: stop.signal }));
      await scratch.reached(0);
      const writing = writeAtRandom(front, { writers: 3, milliseconds: sizeOf({ usual: 3_000, whole: 20_000 }) });
      await sleep(1_000);
      await front.split();
      await writing;
      await scratch.reached(Date.now());
      clearInterval(thief);
      stop.abort();
      const results = await Promise.all(following);
      expect(results.reduce((sum, { changes }) => sum + changes, 0)).toBe(front.journal.length);
      expect(results.filter(({ changes }) => changes > 0).length).toBeGreaterThan(1);
      expect(front.faults).toBeGreaterThan(0);
      expect((await scratch.summary()).changes).toBe(front.journal.length);
      expect(await scratch.expectJournal(followed)).toBeGreaterThan(1);
      await scratch.expectWhole();
    },

    'refuses a table without a stream by its name': async (scratch) => {
      const table = await scratch.table([], GRANULE_SCHEMA);
      const { client, streams } = await scratch.followed();
      const following = scratch.follow({ client, streams, table } as Followed, { once: true });
      await expect(following).rejects.toThrow(NotArchivableError);
      await expect(following).rejects.toThrow(table);
      expect(readdirSync(scratch.archive)).toEqual([]);
    },
  });
});

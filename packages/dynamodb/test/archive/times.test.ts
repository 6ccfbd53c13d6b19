import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { diffTimes, type TimeDifference } from '../../src/archive/diff-times.ts';
import type { ArchivedChange } from '../../src/archive/history/entries.ts';
import { itemHistory } from '../../src/archive/history/item-history.ts';
import type { RestorableTime } from '../../src/archive/list-archive.ts';
import { stateToFile } from '../../src/archive/state-to-file.ts';
import type { TypedItem } from '../../src/items/typed-item.ts';
import { Archived, byKey, type Followed } from './archived.ts';
import { writeAtRandom } from './write-at-random.ts';

onDynamoDBLocal('the times of an archive', () => {
  const scratch = new Archived();

  /** An archive whose shards have split. */
  async function archived(): Promise<
    Followed & { readonly from: number; readonly to: number; readonly ended: string[] }
  > {
    const followed = await scratch.followed();
    const ended: string[] = [];
    await scratch.whileFollowed(followed, async () => {
      await scratch.reached(0);
      const writing = writeAtRandom(followed.front, { writers: 3, milliseconds: 3_000 });
      for (let split = 0; split < 2; split += 1) {
        await sleep(700);
        ended.push(await followed.front.split());
      }
      await writing;
    });
    const [range] = (await scratch.summary()).restorable;
    const { from, to } = range as RestorableTime;
    return { ...followed, ended, from: from.getTime() / 1000, to: to.getTime() / 1000 };
  }

  test('have every change of an item in its order, through all shards', async () => {
    const { table, front } = await archived();
    const keys = [...new Set(front.journal.map(({ key }) => key))].slice(0, 5);
    for (const key of keys) {
      const changes: ArchivedChange[] = [];
      const options = { archive: scratch.archive, table, key: { granuleId: { S: key } } };
      for await (const entry of itemHistory(options)) if (entry.kind === 'change') changes.push(entry);
      const expected = front.journal.filter((entry) => entry.key === key);
      expect(changes.map(({ time }) => time.getTime() / 1000)).toEqual(expected.map(({ time }) => time));
      expect(changes.map(({ item }) => (item === undefined ? undefined : byKey([item]).get(key)))).toEqual(
        expected.map(({ item }) => (item === undefined ? undefined : byKey([item]).get(key))),
      );
      expect(changes.map(({ event }) => event === 'REMOVE')).toEqual(expected.map(({ item }) => item === undefined));
    }
  });

  test('differ between two seconds in exactly the items that differ', async () => {
    const { table, front, from, to } = await archived();
    const { archive } = scratch;
    for (const [first, second] of [
      [from, to],
      [from + 1, to - 1],
      [to, to],
    ] as const) {
      const differences: TimeDifference[] = [];
      const options = { archive, table, from: new Date(first * 1000), to: new Date(second * 1000) };
      for await (const difference of diffTimes(options)) differences.push(difference);
      const [before, after] = [front.stateAt(first), front.stateAt(second)].map((state) => byKey(state.values()));
      const keys = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])].sort();
      const expected = keys.filter((key) => before?.get(key) !== after?.get(key));
      const textOf = (item: TypedItem | undefined): string | undefined => [...byKey(item ? [item] : []).values()][0];
      expect(differences.map(({ key, before: was, after: is }) => [key, textOf(was), textOf(is)])).toEqual(
        expected.map((key) => [{ granuleId: { S: key } }, before?.get(key), after?.get(key)]),
      );
    }
    const early = diffTimes({ archive, table, from: new Date(0), to: new Date(to * 1000) });
    await expect(early.next()).rejects.toMatchObject({ code: 'TIME_NOT_ARCHIVED' });
  });

  test('are not made from an archive in which all segments of a shard are missing', async () => {
    const { table, to, ended } = await archived();
    const { archive } = scratch;
    const [shard = ''] = ended;
    for (const name of readdirSync(archive).filter((each) => each.includes(shard))) rmSync(join(archive, name));
    const restoring = stateToFile({ archive, table, at: new Date(to * 1000), directory: scratch.path('state') });
    await expect(restoring).rejects.toMatchObject({ code: 'ARCHIVE_DAMAGED' });
  });
});

import { expect, test } from '@jest/globals';
import { watchForTables } from '../../../src/commands/archive/follow/watch-for-tables.ts';

test('tables that can be followed later are followed then, each once', async () => {
  const followed = new Set(['prod-A']);
  const notes: string[] = [];
  let looks = 0;
  let end = (): void => undefined;
  const others = new Promise<void>((resolve) => {
    end = resolve;
  });
  await watchForTables(
    {
      wanted: ['prod-A', 'prod-B', 'prod-C'],
      isFollowed: (table) => followed.has(table),
      isFollowable: async (table) => {
        if (table === 'prod-C') throw new Error('it is not there');
        looks += 1;
        return looks > 2;
      },
      follow: (table) => {
        expect(followed.has(table)).toBe(false);
        followed.add(table);
        end();
      },
      context: { abortSignal: new AbortController().signal, onNote: (note) => notes.push(note) },
      lookEvery: 1,
    },
    () => others,
  );
  expect([...followed]).toEqual(['prod-A', 'prod-B']);
  expect(notes).toEqual(['prod-B: it is there now, and is followed too']);
});

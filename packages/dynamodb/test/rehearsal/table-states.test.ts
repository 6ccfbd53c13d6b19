import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Side } from '../../src/backup/compare/item-note.ts';
import { PageNotes } from '../../src/backup/compare/page-notes.ts';
import type { TypedItem } from '../../src/items/typed-item.ts';
import { LIVE, RESTORED, TableStates } from '../../src/rehearsal/prove/table-states.ts';

const KEY = { hash: { name: 'id', type: 'S' } } as const;

/** The state of a table: values by keys. */
type State = ReadonlyMap<string, number>;

/** A write at a second: a value, or a deletion. */
interface Write {
  readonly id: string;
  readonly value: number | null;
  readonly second: number;
}

const writes = fc
  .array(
    fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      value: fc.option(fc.integer({ min: 1, max: 3 }), { nil: null }),
      second: fc.integer({ min: 0, max: 12 }),
    }),
    { maxLength: 24 },
  )
  .map((all): readonly Write[] => [...all].sort((one, other) => one.second - other.second));

function itemOf(id: string, value: number | null | undefined): TypedItem | undefined {
  return value === null || value === undefined ? undefined : { id: { S: id }, value: { N: String(value) } };
}

/** The states after each of the writes; the first is before all of them. */
function statesOf(all: readonly Write[]): readonly State[] {
  const states: State[] = [new Map()];
  for (const { id, value } of all) {
    const next = new Map(states.at(-1));
    if (value === null) next.delete(id);
    else next.set(id, value);
    states.push(next);
  }
  return states;
}

/** Remembers items of one of the tables, whose time to live is in `ends`. */
async function add(states: TableStates, side: Side, items: readonly TypedItem[]): Promise<void> {
  const page = Buffer.from(items.map((item) => `${JSON.stringify(item)}\n`).join(''));
  await states.addNotes(new PageNotes({ key: KEY, ttlAttribute: 'ends' }).noteAll(side, page));
}

/** Compares a restored state with what the table was at a second, as the stream shows it. */
async function compare(restored: State, all: readonly Write[], at: number) {
  const states = await TableStates.create(10, KEY);
  try {
    const history = statesOf(all);
    const live = history.at(-1) as State;
    for (const [side, state] of [
      [RESTORED, restored],
      [LIVE, live],
    ] as const) {
      await add(
        states,
        side,
        [...state].map(([id, value]) => itemOf(id, value) as TypedItem),
      );
    }
    for (const [index, { id, value, second }] of all.entries()) {
      if (second < at - 1) continue;
      await states.addChange({
        key: { id: { S: id } },
        before: itemOf(id, history[index]?.get(id)),
        after: itemOf(id, value),
        isNearInstant: second <= at + 1,
      });
    }
    return (await states.compare()).proof;
  } finally {
    await states.close();
  }
}

describe('what a table was at an instant', () => {
  test('is what its stream takes back, wherever in the seconds around it the writes were', async () => {
    await fc.assert(
      fc.asyncProperty(writes, fc.integer({ min: 0, max: 12 }), fc.nat(), async (all, at, chance) => {
        // Any moment of the second and of those beside it.
        const from = all.filter(({ second }) => second < at - 1).length;
        const to = all.filter(({ second }) => second <= at + 1).length;
        const restored = statesOf(all)[from + (chance % (to - from + 1))] as State;
        const { changed, missing, extra, compared, same, explained } = await compare(restored, all, at);
        expect({ changed, missing, extra }).toEqual({ changed: 0, missing: 0, extra: 0 });
        expect(compared).toBe(same + explained);
      }),
      { numRuns: 300 },
    );
  });

  test('is not what has another value, lacks an item, or has one more than at any of these moments', async () => {
    let differing = 0;
    await fc.assert(
      fc.asyncProperty(
        writes,
        fc.integer({ min: 0, max: 12 }),
        fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        fc.option(fc.integer({ min: 1, max: 4 }), { nil: null }),
        async (all, at, id, value) => {
          const history = statesOf(all);
          const from = all.filter(({ second }) => second < at - 1).length;
          const to = all.filter(({ second }) => second <= at + 1).length;
          const restored = new Map(history[from]);
          if (value === null) restored.delete(id);
          else restored.set(id, value);
          const possible = new Set(history.slice(from, to + 1).map((state) => state.get(id)));
          const isWrong = !possible.has(restored.get(id));
          if (isWrong) differing += 1;
          const { changed, missing, extra } = await compare(restored, all, at);
          expect(changed + missing + extra).toBe(isWrong ? 1 : 0);
          if (!isWrong) return;
          expect(missing).toBe(value === null ? 1 : 0);
          expect(extra).toBe(possible.size === 1 && possible.has(undefined) ? 1 : 0);
        },
      ),
      { numRuns: 300 },
    );
    expect(differing).toBeGreaterThan(0);
  });

  test('of an item whose time to live has passed may lack it now, but not what is younger', async () => {
    const states = await TableStates.create(10, KEY);
    const now = Math.round(Date.now() / 1000);
    const item = (id: string, ends: number): TypedItem => ({ id: { S: id }, ends: { N: String(ends) } });
    await add(states, RESTORED, [item('old', now - 60), item('young', now + 600)]);
    const { proof, named } = await states.compare();
    expect(proof).toEqual({ compared: 2, same: 0, changed: 0, missing: 0, extra: 1, explained: 1 });
    expect(named).toEqual(['{"S":"young"} (extra)']);
    await states.close();
  });

  test('is known of a key that changes all the time', async () => {
    const states = await TableStates.create(10, KEY);
    const item = (value: number): TypedItem => itemOf('a', value) as TypedItem;
    await add(states, RESTORED, [item(0)]);
    await add(states, LIVE, [item(30_000)]);
    for (let value = 0; value < 30_000; value += 1) {
      const change = { key: { id: { S: 'a' } }, before: item(value), after: item(value + 1), isNearInstant: false };
      await states.addChange(change);
    }
    expect((await states.compare()).proof).toMatchObject({ compared: 1, explained: 1 });
    await states.close();
  });
});

import { describe, expect, test } from '@jest/globals';
import { countRecords, type Searchable, visitRecords } from '../../src/stats/visit-records.ts';

/** Records on so many pages, of one record each. */
function pagesOf(count: number): Searchable<{ readonly id: number }> {
  return {
    search: async ({ cursor = '0' }) => {
      const next = Number(cursor) + 1;
      return {
        records: [{ id: Number(cursor) }],
        count: next,
        complete: next === count,
        searchedUntil: undefined,
        cursor: next < count ? String(next) : undefined,
      };
    },
  };
}

describe('records', () => {
  test('are all looked at, page by page', async () => {
    const seen: number[] = [];
    expect(await visitRecords(pagesOf(3), [], ({ id }) => seen.push(id))).toEqual({ count: 3, complete: true });
    expect(seen).toEqual([0, 1, 2]);
  });

  test('that there is no time for are left, which is said', async () => {
    expect(await visitRecords(pagesOf(3), [], () => undefined, 0)).toEqual({ count: 1, complete: false });
  });

  test('are counted as far as the search came, which is said', async () => {
    expect(await countRecords(pagesOf(1), [])).toEqual({ count: 1, complete: true });
    expect(await countRecords(pagesOf(2), [])).toEqual({ count: 1, complete: false });
  });
});

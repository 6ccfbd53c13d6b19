import { mkdirSync } from 'node:fs';
import { Scratch } from '@cumulus/test-kit/tables';
import { expect, test } from '@jest/globals';
import type { ArchivedChange } from '../../../src/archive/history/entries.ts';
import { itemHistory } from '../../../src/archive/history/item-history.ts';
import { pruneArchive } from '../../../src/archive/prune/prune-archive.ts';
import { parseSpan } from '../../../src/backup/catalogue/retention.ts';
import { itemOf, SyntheticArchive, TABLE } from '../synthetic-archive.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-01-10T00:30:00Z');
const KEY = 'granule-1';

const scratch = new Scratch();

async function historyIn(archive: string): Promise<readonly ArchivedChange[]> {
  const changes: ArchivedChange[] = [];
  for await (const entry of itemHistory({ archive, table: TABLE, key: { granuleId: { S: KEY } } })) {
    if (entry.kind === 'change') changes.push(entry);
  }
  return changes;
}

test("an item's history after a pruning has the last change of each time that was merged, and says so", async () => {
  const archive = scratch.path('archive');
  mkdirSync(archive);
  const made = new SyntheticArchive(archive, 1);
  await made.openStream(START);
  made.base(START + 60_000);
  for (let step = 1; step <= 24; step += 1) {
    const now = START + step * 6 * HOUR;
    await made.change(now, [{ key: KEY, item: itemOf(KEY, step), time: now / 1000 }]);
    if (step % 3 === 0) await made.split(now, 0);
  }
  await made.readTo(START + 144 * HOUR + 60_000);
  const before = await historyIn(archive);
  expect(before).toHaveLength(24);
  await pruneArchive(archive, { keep: { within: parseSpan('2d'), daily: 5 } });
  const after = await historyIn(archive);
  const numbers = after.map(({ item = {} }) => (item['version'] as { readonly N: string }).N);
  // Those of 12 January, 13 January, the time before what is whole, and then all.
  expect(numbers).toEqual(['11', '15', '16', '17', '18', '19', '20', '21', '22', '23', '24']);
  expect(after.map(({ mergedSince }) => mergedSince?.toISOString())).toEqual([
    '2026-01-10T00:30:44.000Z',
    '2026-01-12T23:59:59.000Z',
    '2026-01-13T23:59:59.000Z',
    ...Array.from({ length: 8 }, () => undefined),
  ]);
  expect(after.at(1)?.changed).toEqual([{ path: ['version'], before: { N: '11' }, after: { N: '15' } }]);
  // Those that are not merged are as before.
  expect(after.slice(3)).toEqual(before.slice(-8));
});

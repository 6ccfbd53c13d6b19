import { readdirSync } from 'node:fs';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { itemsOf } from '@cumulus/test-kit/tables';
import { expect, test } from '@jest/globals';
import { restoreAt } from '../../src/archive/restore-at.ts';
import { stateToFile } from '../../src/archive/state-to-file.ts';
import { listCatalogue } from '../../src/backup/catalogue/list-catalogue.ts';
import { verifyBackup } from '../../src/backup/verify.ts';
import { fromSdkItem } from '../../src/items/typed-item.ts';
import { granule } from '../scratch.ts';
import { Archived, byKey, type Followed } from './archived.ts';
import { writeAtRandom } from './write-at-random.ts';

onDynamoDBLocal('a restore at a second', () => {
  const scratch = new Archived();

  async function archived(): Promise<Followed & { readonly at: Date }> {
    const followed = await scratch.followed();
    for (let number = 0; number < 100; number += 1) await followed.front.put(granule(number));
    await scratch.whileFollowed(followed, async () => {
      await scratch.reached(0);
      await writeAtRandom(followed.front, { writers: 3, milliseconds: 3_000 });
    });
    const { restorable } = await scratch.summary();
    const { from, to } = restorable[0] as { from: Date; to: Date };
    const second = Math.floor((from.getTime() / 1000 + to.getTime() / 1000) / 2);
    return { ...followed, at: new Date(second * 1000) };
  }

  test('creates a table with the items of that second, and proves it item by item', async () => {
    const { table, front, at } = await archived();
    const to = scratch.tableName();
    const { client, archive } = scratch;
    const restored = await restoreAt({ client, archive, table, at, to, createTable: true });
    const expected = byKey(front.stateAt(at.getTime() / 1000).values());
    expect(byKey((await itemsOf(to)).map(fromSdkItem))).toEqual(expected);
    expect(restored).toMatchObject({ table, at, items: expected.size });
    expect(restored.restore).toMatchObject({ created: true, items: expected.size, proved: true });
    expect(restored.comparison).toMatchObject({ equal: true, same: expected.size });
    // Nothing stays of the file that it was restored from.
    expect(readdirSync(archive).filter((name) => !name.startsWith(`${table}.`))).toEqual([]);
  });

  test('goes on where it was interrupted, from the same state', async () => {
    const { table, front, at } = await archived();
    const to = scratch.tableName();
    const { archive } = scratch;
    const workDirectory = scratch.path('work');
    const stop = new AbortController();
    const client = scratch.clientBefore('BatchWriteItemCommand', 3, async () => stop.abort());
    const options = { archive, table, at, to, createTable: true, workDirectory, concurrency: 1 };
    await expect(restoreAt({ ...options, client, abortSignal: stop.signal })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
    const restored = await restoreAt({ ...options, client: scratch.client, resume: true });
    expect(restored.restore?.resumed).toBe(true);
    expect(restored.restore?.itemsBefore).toBeGreaterThan(0);
    expect(restored.comparison?.equal).toBe(true);
    expect(restored.items).toBe(front.stateAt(at.getTime() / 1000).size);
  });

  test('writes the state into a backup as any other, with its manifest', async () => {
    const { table, front, at } = await archived();
    const directory = scratch.path('state');
    const { file, items, base, changes } = await stateToFile({ archive: scratch.archive, table, at, directory });
    expect(items).toBe(front.stateAt(at.getTime() / 1000).size);
    expect(base).toContain(scratch.archive);
    expect(changes).toBeGreaterThan(0);
    expect(await verifyBackup({ file })).toMatchObject({ items, proved: true });
    const [ofTable] = await listCatalogue(directory);
    expect(ofTable?.backups).toMatchObject([{ file, items, startedAt: at, endedAt: at, manifest: 'present' }]);
  });

  test('names the nearest seconds where one is not archived', async () => {
    const { table } = await archived();
    const [first] = (await scratch.summary()).restorable;
    const { archive } = scratch;
    const directory = scratch.path('state');
    const early = stateToFile({ archive, table, at: new Date('2020-01-01T00:00:00Z'), directory });
    await expect(early).rejects.toMatchObject({ code: 'TIME_NOT_ARCHIVED' });
    await expect(early).rejects.toThrow(`the first after it is ${first?.from.toISOString()}`);
    const late = stateToFile({ archive, table, at: new Date('2999-01-01T00:00:00Z'), directory });
    await expect(late).rejects.toThrow(`the last second before it is ${first?.to.toISOString()}`);
    const unknown = stateToFile({ archive, table: 'none', at: new Date(), directory });
    await expect(unknown).rejects.toMatchObject({ code: 'TABLE_NOT_ARCHIVED' });
    expect(readdirSync(scratch.directory)).not.toContain('state');
  });
});

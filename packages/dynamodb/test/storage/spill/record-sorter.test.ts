import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { byteOrder, textOfByteOrder } from '../../../src/storage/spill/byte-order.ts';
import { RecordSorter, type SortedRecord } from '../../../src/storage/spill/record-sorter.ts';

async function sorted(records: readonly SortedRecord[], memory: number): Promise<readonly SortedRecord[]> {
  const sorter = new RecordSorter(memory);
  try {
    for (const { key, note } of records) await sorter.add(byteOrder(key), note);
    expect(sorter.count).toBe(records.length);
    const all: SortedRecord[] = [];
    for await (const some of sorter.sorted()) all.push(...some);
    return all.map(({ key, note }) => ({ key: textOfByteOrder(key), note }));
  } finally {
    await sorter.close();
  }
}

const text = fc.string({ unit: 'binary' });

test('any records come in the order of the bytes of their keys, those of one key as they were added', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ key: text, note: text }), { maxLength: 200 }),
      fc.constantFrom(64, 300, 1_000_000),
      async (records, memory) => {
        const wanted = records.toSorted((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
        expect(await sorted(records, memory)).toEqual(wanted);
      },
    ),
    { numRuns: 60 },
  );
});

test('records larger than the memory, and than what is read at once, are sorted too', async () => {
  const records = Array.from({ length: 50 }, (_, index) => ({
    key: `k${(index * 37) % 50}`.padStart(4, '0'),
    note: String(index).repeat(index % 7 === 0 ? 200_000 : 1),
  }));
  const wanted = records.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  expect(await sorted(records, 4_096)).toEqual(wanted);
});

test('characters that UTF-16 orders otherwise are ordered as S3 and DynamoDB do', () => {
  const keys = ['a', 'é', '～', '𝄞', '\uE000'];
  const inBytes = keys.toSorted((a, b) => (byteOrder(a) < byteOrder(b) ? -1 : 1));
  expect(inBytes).toEqual(['a', 'é', '\uE000', '～', '𝄞']);
  expect(keys.toSorted()).not.toEqual(inBytes);
});

test('no file is left behind, not even while they are sorted', async () => {
  const sorter = new RecordSorter(100);
  for (let index = 0; index < 100; index += 1) await sorter.add(`secret ${index}`, 'note');
  const own = readdirSync(tmpdir()).filter((name) => name.startsWith('.cumulus-') && name.includes(`-${process.pid}-`));
  expect(own).toEqual([]);
  await sorter.close();
});

import { expect, test } from '@jest/globals';
import { SpilledLines } from '../../../src/storage/spill/spilled-lines.ts';

async function readBack(lines: SpilledLines): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const some of lines.read()) all.push(...some);
  return all;
}

test.each([0, 1, 3, 5_000])('%i lines come back as often as they are read, in their order', async (count) => {
  const lines = new SpilledLines();
  const wanted = Array.from({ length: count }, (_, index) => `${index} — ${'é'.repeat(index % 90)}`);
  for (const line of wanted) await lines.add(line);
  expect(lines.count).toBe(count);
  expect(await readBack(lines)).toEqual(wanted);
  await lines.add('later');
  expect(await readBack(lines)).toEqual([...wanted, 'later']);
  await lines.close();
});

test('a line longer than what is read at once comes back whole', async () => {
  const lines = new SpilledLines();
  const wanted = ['a', 'b'.repeat(300_000), '', 'c'];
  for (const line of wanted) await lines.add(line);
  expect(await readBack(lines)).toEqual(wanted);
  await lines.close();
});

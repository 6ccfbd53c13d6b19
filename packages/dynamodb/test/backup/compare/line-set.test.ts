import { expect, test } from '@jest/globals';
import { LineSet } from '../../../src/backup/compare/line-set.ts';
import { InOrder } from '../../../src/backup/restore/in-order.ts';

test('a set of lines has what was added, counted once', () => {
  const lines = new LineSet();
  for (const line of [1, 7, 8, 100_000, 8]) lines.add(line);
  expect(lines.size).toBe(4);
  expect([1, 7, 8, 100_000].every((line) => lines.has(line))).toBe(true);
  expect([0, 2, 9, 99_999, 1_000_000].some((line) => lines.has(line))).toBe(false);
});

test('results are taken in the order of their works, each once all before it have ended', () => {
  const taken: string[] = [];
  const inOrder = new InOrder<string>((result) => taken.push(result));
  inOrder.end(1, 'b');
  inOrder.end(2, 'c');
  expect(taken).toEqual([]);
  inOrder.end(0, 'a');
  expect(taken).toEqual(['a', 'b', 'c']);
});

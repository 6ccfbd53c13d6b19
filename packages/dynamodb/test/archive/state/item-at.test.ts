import { expect, test } from '@jest/globals';
import type { Change } from '../../../src/archive/format/segment.ts';
import { itemAt } from '../../../src/archive/state/sorted-keys.ts';

const change = (time: number, version: string | undefined): Change => ({
  ...{
    sequenceNumber: String(time),
    time,
    event: version === undefined ? 'REMOVE' : 'MODIFY',
    key: { id: { S: 'a' } },
  },
  ...(version === undefined ? {} : { item: { version: { N: version } } }),
});
const before = { after: 5, merged: undefined, inBase: 'base' };
const history = { ...before, changes: [change(10, '1'), change(12, undefined), change(11, '3'), change(20, '4')] };

test('an item is what its last change left, in the order of its changes, of those up to the second', () => {
  expect(itemAt(history, 9)).toBe('base');
  expect(itemAt(history, 10)).toBe('{"version":{"N":"1"}}');
  // Times may go back, and the order of changes does not.
  expect(itemAt(history, 11)).toBe('{"version":{"N":"3"}}');
  expect(itemAt(history, 19)).toBe('{"version":{"N":"3"}}');
  expect(itemAt(history, 20)).toBe('{"version":{"N":"4"}}');
  expect(itemAt({ ...before, changes: [change(10, undefined)] }, 10)).toBeUndefined();
});

test('merged changes come before the changes of a stream, and have what these are not later than', () => {
  const merged = { ...before, after: 11, merged: change(10, 'merged') };
  expect(itemAt({ ...merged, changes: [] }, 20)).toBe('{"version":{"N":"merged"}}');
  expect(itemAt({ ...merged, changes: [change(12, '1')] }, 12)).toBe('{"version":{"N":"1"}}');
  expect(itemAt({ ...merged, changes: [change(12, '1')] }, 11)).toBe('{"version":{"N":"merged"}}');
  // What came last has a time that the merged changes have already.
  expect(itemAt({ ...merged, changes: [change(12, '1'), change(9, '2')] }, 12)).toBe('{"version":{"N":"merged"}}');
});

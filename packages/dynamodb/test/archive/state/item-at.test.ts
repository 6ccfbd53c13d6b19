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
const history = { changes: [change(10, '1'), change(12, undefined), change(11, '3'), change(20, '4')], inBase: 'base' };

test('an item is what its last change left, in the order of its changes, of those up to the second', () => {
  expect(itemAt(history, 9)).toBe('base');
  expect(itemAt(history, 10)).toBe('{"version":{"N":"1"}}');
  // Times may go back, and the order of changes does not.
  expect(itemAt(history, 11)).toBe('{"version":{"N":"3"}}');
  expect(itemAt(history, 19)).toBe('{"version":{"N":"3"}}');
  expect(itemAt(history, 20)).toBe('{"version":{"N":"4"}}');
  expect(itemAt({ changes: [change(10, undefined)], inBase: 'base' }, 10)).toBeUndefined();
});

import { describe, expect, test } from '@jest/globals';
import { attributeChanges } from '../../src/items/attribute-changes.ts';

describe('what differs between two states of an item', () => {
  test('is each attribute that has another value, is new or is gone, in maps too', () => {
    const before = {
      id: { S: 'a' },
      status: { S: 'running' },
      error: { M: { Cause: { S: 'x' }, Error: { S: 'y' } } },
      old: { BOOL: true },
    };
    const after = {
      new: { NULL: true },
      error: { M: { Error: { S: 'y' }, Cause: { S: 'z' } } },
      status: { S: 'failed' },
      id: { S: 'a' },
    } as const;
    expect(attributeChanges(before, after)).toEqual([
      { path: ['status'], before: { S: 'running' }, after: { S: 'failed' } },
      { path: ['error', 'Cause'], before: { S: 'x' }, after: { S: 'z' } },
      { path: ['old'], before: { BOOL: true }, after: undefined },
      { path: ['new'], before: undefined, after: { NULL: true } },
    ]);
  });

  test('is by value, not by how the value is written', () => {
    const before = { size: { N: '1.0' }, tags: { SS: ['a', 'b'] } };
    expect(attributeChanges(before, { tags: { SS: ['b', 'a'] }, size: { N: '1' } })).toEqual([]);
    expect(attributeChanges({ size: { N: '1' } }, { size: { S: '1' } })).toHaveLength(1);
  });

  test('takes no method of objects for an attribute', () => {
    const added = { constructor: { S: 'x' } };
    expect(attributeChanges({}, added)).toEqual([{ path: ['constructor'], before: undefined, after: { S: 'x' } }]);
  });
});

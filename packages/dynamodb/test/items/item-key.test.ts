import { describe, expect, test } from '@jest/globals';
import { canonicalKey, describeItemKey, keyRules, problemOfKeys } from '../../src/items/item-key.ts';
import type { KeySchema } from '../../src/tables/schema.ts';

const key: KeySchema = { hash: { name: 'name', type: 'S' }, range: { name: 'version', type: 'S' } };
const rules = keyRules({
  key,
  globalIndexes: [
    {
      name: 'by-collection',
      key: { hash: { name: 'collectionId', type: 'S' }, range: { name: 'time', type: 'S' } },
      projection: { ProjectionType: 'ALL' },
    },
  ],
  localIndexes: [],
});

describe('problemOfKeys', () => {
  test('an item with its key is taken, whether or not it has the attributes of an index', () => {
    const item = { name: { S: 'a' }, version: { S: '1' } };
    expect(problemOfKeys(item, rules)).toBeUndefined();
    expect(problemOfKeys({ ...item, collectionId: { S: 'a___1' } }, rules)).toBeUndefined();
  });

  test.each([
    ['a key attribute is missing', { name: { S: 'a' } }, /version is missing/],
    [
      'a key attribute has another type',
      { name: { S: 'a' }, version: { N: '1' } },
      /version is of type N instead of S/,
    ],
    ['a key attribute is empty', { name: { S: '' }, version: { S: '1' } }, /name is empty/],
    ['a partition key is too long', { name: { S: 'é'.repeat(1025) }, version: { S: '1' } }, /2050 bytes/],
    ['a sort key is too long', { name: { S: 'a' }, version: { S: 'x'.repeat(1025) } }, /1025 bytes/],
    [
      'an index would refuse it',
      { name: { S: 'a' }, version: { S: '1' }, collectionId: { NULL: true as const } },
      /index's key attribute collectionId is of type NULL/,
    ],
    [
      "an index's partition key is too long",
      { name: { S: 'a' }, version: { S: '1' }, collectionId: { S: 'x'.repeat(2049) } },
      /index's key attribute collectionId has 2049 bytes, DynamoDB takes 2048/,
    ],
    [
      "an index's sort key is too long",
      { name: { S: 'a' }, version: { S: '1' }, time: { S: 'x'.repeat(1025) } },
      /index's key attribute time has 1025 bytes, DynamoDB takes 1024/,
    ],
    [
      'a key has half of a surrogate pair',
      { name: { S: 'a' }, version: { S: '\ud800' } },
      /version has half of a surrogate pair/,
    ],
  ])('an item is refused if %s', (_, item, problem) => {
    expect(problemOfKeys(item, rules)).toMatch(problem);
  });
});

test('keys are the same exactly if their values are', () => {
  const text = (name: string, version: string) => canonicalKey({ name: { S: name }, version: { S: version } }, key);
  expect(text('a', 'b')).toBe(text('a', 'b'));
  expect(text('a"},{"S":"b', '')).not.toBe(text('a', 'b'));
  const number: KeySchema = { hash: { name: 'n', type: 'N' } };
  expect(canonicalKey({ n: { N: '10' } }, number)).toBe(canonicalKey({ n: { N: '1e1' } }, number));
});

test('a key is described by its attributes and values', () => {
  expect(describeItemKey({ name: { S: 'a' }, version: { S: '1' } })).toBe('name "a", version "1"');
});

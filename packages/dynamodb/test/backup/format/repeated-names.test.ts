import { ownFolder } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { problemOfRepeatedNames } from '../../../src/backup/format/repeated-names.ts';
import { itemsIn, schemaOfId } from '../layout/items-of-file.ts';

const folder = ownFolder();

describe('a file in which an object has a name twice, with other values, is refused', () => {
  test.each([
    ['the key', '{"id":{"S":"a"},"id":{"S":"b"}}'],
    ['another attribute', '{"id":{"S":"a"},"v":{"N":"1"},"v":{"N":"2"}}'],
    ['a name written in another way', '{"id":{"S":"a"},"v":{"N":"1"},"\\u0076":{"N":"2"}}'],
    ['a type', '{"id":{"S":"a","S":"b"}}'],
    ['a member of a map', '{"id":{"S":"a"},"m":{"M":{"x":{"S":"1"},"x":{"S":"2"}}}}'],
    ['a plain attribute', '{"id":"a","v":1,"v":2}'],
    ['an item of an export', '{"Item":{"id":{"S":"a"}},"Item":{"id":{"S":"b"}}}'],
    ['a request', '{"PutRequest":{"Item":{"id":{"S":"a"},"id":{"S":"b"}}}}'],
    ['an image of a change', '{"Metadata":{},"Keys":{"id":{"S":"a"}},"OldImage":{"x":1,"x":2}}'],
    ['an attribute of Data Pipeline', '{"id":{"s":"a"},"v":{"s":"1"},"v":{"s":"2"}}'],
    ['one between control characters', 'id\u0003{"s":"a"}\u0002id\u0003{"s":"b"}'],
    ['what is in one', 'id\u0003{"s":"a","s":"b"}'],
  ])('%s', async (_, line) => {
    await expect(itemsIn(folder, `${line}\n`, schemaOfId())).rejects.toThrow(/FILE, line 1: .*twice|Duplicate key/);
  });

  test('in an array, by the number of the item', async () => {
    const content = '[{"id":{"S":"a"}},\n{"id" : {"S":"b"}, "v" : {"S":"\\\\\\":"}, "v" :{"S":""}}]';
    await expect(itemsIn(folder, content, undefined)).rejects.toThrow(/FILE, item 2: .* Duplicate key 'v'/);
  });

  test('with the same value twice there is one reading', async () => {
    const { items } = await itemsIn(folder, '{"id":{"S":"a"},"v":{"N":"1"},"v":{"N":"1"}}', schemaOfId());
    expect(items).toEqual([{ id: { S: 'a' }, v: { N: '1' } }]);
  });
});

test('no JSON without a repeated name is taken for one, of any depth', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(undefined, 1, '\t'), (json, indent) => {
      expect(problemOfRepeatedNames(JSON.stringify(JSON.parse(json), null, indent))).toBeUndefined();
    }),
  );
  const deep = 100_000;
  expect(problemOfRepeatedNames(`{"a":${'['.repeat(deep)}${']'.repeat(deep)}}`)).toBeUndefined();
});

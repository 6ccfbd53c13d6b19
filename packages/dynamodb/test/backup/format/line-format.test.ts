import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseLine } from '../../../src/backup/format/line-format.ts';
import { LineProblem } from '../../../src/backup/format/line-problem.ts';
import type { KeySchema } from '../../../src/tables/schema.ts';

const key: KeySchema = { hash: { name: 'name', type: 'S' }, range: { name: 'version', type: 'S' } };
const item = { name: { S: 'a' }, version: { S: '1' } };

describe('parseLine', () => {
  test('a line whose key attributes are typed is typed', () => {
    expect(parseLine('{"name":{"S":"a"},"version":{"S":"1"}}', key)).toEqual({ format: 'typed', item });
  });

  test('a line whose key attributes are strings is plain', () => {
    expect(parseLine('{"name":"a","version":"1"}', key)).toEqual({ format: 'plain', item });
  });

  test('a line with the item under Item is one of an export', () => {
    expect(parseLine('{"Item":{"name":{"S":"a"},"version":{"S":"1"}}}', key)).toEqual({ format: 'export', item });
  });

  test('a plain item that looks typed is plain: the key attributes decide', () => {
    expect(parseLine('{"name":"a","version":"1","S":{"S":"x"},"L":{"L":[1]}}', key)).toEqual({
      format: 'plain',
      item: { ...item, S: { M: { S: { S: 'x' } } }, L: { M: { L: { L: [{ N: '1' }] } } } },
    });
  });

  test('a table whose key attribute is called Item has typed and export lines too', () => {
    const itemKey: KeySchema = { hash: { name: 'Item', type: 'S' } };
    expect(parseLine('{"Item":{"S":"a"}}', itemKey)).toEqual({ format: 'typed', item: { Item: { S: 'a' } } });
    expect(parseLine('{"Item":{"Item":{"S":"a"}}}', itemKey)).toEqual({ format: 'export', item: { Item: { S: 'a' } } });
    expect(parseLine('{"Item":"a"}', itemKey)).toEqual({ format: 'plain', item: { Item: { S: 'a' } } });
  });

  test('numbers of plain lines keep all their digits', () => {
    const line = '{"name":"a","version":"1","big":123456789012345678901234567890.12345678,"beyond":9007199254740993}';
    expect(parseLine(line, key)).toMatchObject({
      item: { big: { N: '123456789012345678901234567890.12345678' }, beyond: { N: '9007199254740993' } },
    });
  });

  test('an attribute called __proto__ is an attribute', () => {
    const plain = parseLine('{"name":"a","version":"1","__proto__":"x"}', key);
    const typed = parseLine('{"name":{"S":"a"},"version":{"S":"1"},"__proto__":{"S":"x"}}', key);
    for (const parsed of [plain, typed]) {
      expect(JSON.stringify(parsed)).toContain('"__proto__":{"S":"x"}');
    }
  });

  test.each([
    ['not JSON', '{"name"', /not JSON/],
    ['not an object', '[1]', /not a JSON object/],
    ['without the key', '{"granuleId":"g"}', /no item of the table: its key is name \(HASH, S\), version \(RANGE, S\)/],
    ['with half of the key', '{"name":"a"}', /no item of the table/],
    ['typed in the key and plain elsewhere', '{"name":{"S":"a"},"version":{"S":"1"},"x":1}', /x is not a typed/],
  ])('a line %s is a problem in words', (_, line, words) => {
    const parsed = parseLine(line, key);
    expect(parsed).toBeInstanceOf(LineProblem);
    expect((parsed as LineProblem).problem).toMatch(words);
  });

  test('without a key the values decide', () => {
    expect(parseLine('{"a":{"S":"x"}}', undefined)).toMatchObject({ format: 'typed' });
    expect(parseLine('{"Item":{"a":{"S":"x"}}}', undefined)).toMatchObject({ format: 'export' });
    expect(parseLine('{"a":"x"}', undefined)).toMatchObject({ format: 'plain' });
  });

  test('any plain JSON object becomes an item of the same values', () => {
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.string({ unit: 'binary' }),
        fc.boolean(),
        fc.constant(null),
        fc.integer(),
        fc.array(tie('value')),
        fc.dictionary(fc.string({ minLength: 1 }), tie('value')),
      ),
    })).value;
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), value), (attributes) => {
        const plain = { ...attributes, name: 'a', version: '1' };
        const parsed = parseLine(JSON.stringify(plain), key);
        if (parsed instanceof LineProblem) throw new Error(parsed.problem);
        expect(untyped({ M: parsed.item })).toEqual(JSON.parse(JSON.stringify(plain)));
      }),
    );
  });
});

function untyped(value: unknown): unknown {
  const [[type, content]] = Object.entries(value as object) as [[string, unknown]];
  if (type === 'N') return Number(content);
  if (type === 'NULL') return null;
  if (type === 'L') return (content as unknown[]).map(untyped);
  if (type !== 'M') return content;
  return Object.fromEntries(Object.entries(content as object).map(([name, member]) => [name, untyped(member)]));
}

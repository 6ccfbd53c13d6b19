import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type CutBody, cutItems } from '../../../src/items/scan/cut-items.ts';
import { MalformedBodyError } from '../../../src/items/text/walk-json.ts';
import { typedPage } from '../typed-page.ts';

const CHECKED = [false, true];

function linesOf({ lines }: CutBody): string[] {
  const text = lines.toString();
  expect(text === '' || text.endsWith('\n')).toBe(true);
  return text.split('\n').slice(0, -1);
}

function isRefused(body: Buffer, checked: boolean): boolean {
  try {
    cutItems(body, checked);
    return false;
  } catch (error) {
    return error instanceof MalformedBodyError;
  }
}

function page(...items: unknown[]): Buffer {
  return Buffer.from(JSON.stringify({ Items: items, Count: items.length, ScannedCount: items.length }));
}

describe('cutItems', () => {
  test.each(CHECKED)('gives every item of any page as one line, the same as before (checked: %s)', (checked) => {
    fc.assert(
      fc.property(typedPage, ({ items, key, body }) => {
        const cut = cutItems(body, checked);
        expect(cut.count).toBe(items.length);
        expect(linesOf(cut).map((line) => JSON.parse(line))).toEqual(items);
        expect(JSON.parse(cut.rest.toString())).toEqual({
          Items: [],
          Count: items.length,
          ScannedCount: items.length + 3,
          LastEvaluatedKey: key,
          ConsumedCapacity: { TableName: 'Items', CapacityUnits: 0.5 },
        });
      }),
      { numRuns: 500 },
    );
  });

  test('leaves the bytes of an item as they are', () => {
    const item = '{"id":{"N":"12345678901234567890123456789012345678"},"t":{"S":"\\u00e9\\/\\"}},{\\"a"}}';
    for (const checked of CHECKED) {
      const cut = cutItems(Buffer.from(`{"Count":2,"Items":[${item},${item}]}`), checked);
      expect(cut.lines.toString()).toBe(`${item}\n${item}\n`);
    }
  });

  test.each([
    [
      'items whose first attribute is named as a type',
      [{ S: { S: 'a' } }, { M: { S: 'b' } }, { id: { S: 'c' } }, { NULL: { S: 'd' } }],
    ],
    ['lists of maps', [{ id: { L: [{ M: { a: { S: '' } } }, { M: { b: { S: '' } } }] } }, { id: { S: 'x' } }]],
    ['items without attributes, as a projection may leave them', [{}, { a: { S: 'x' } }, { a: { S: 'y' } }, {}, {}]],
    ['strings that end like an item', [{ a: { SS: ['}},{', '}},{'] }, b: { S: '}},{' } }, { '}},{': { S: '}},{' } }]],
    ['one item', [{ a: { S: '' } }]],
    ['no items', []],
  ])('cuts %s', (_title, items) => {
    for (const checked of CHECKED) {
      expect(linesOf(cutItems(page(...items), checked)).map((line) => JSON.parse(line))).toEqual(items);
    }
  });

  test.each([' ', '\t', '\r', '\n'])(
    'cuts a page with whitespace (%j) after a string that ends like an item',
    (space) => {
      const items = [{ a: { SS: ['}},{', 'x'] } }, { a: { S: '}},{' } }];
      for (const checked of CHECKED) {
        const body = page(...items)
          .toString()
          .replaceAll('}},{"', `}},{"${space}`)
          .replaceAll(`{"${space}a"`, `{${space}"a"`);
        expect(linesOf(cutItems(Buffer.from(body), checked)).map((line) => JSON.parse(line))).toEqual(items);
      }
    },
  );

  test('takes a page without Items for one of none', () => {
    const cut = cutItems(Buffer.from('{"Count":0,"ScannedCount":7}'));
    expect(cut).toMatchObject({ count: 0, lines: Buffer.alloc(0) });
    expect(JSON.parse(cut.rest.toString())).toEqual({ Count: 0, ScannedCount: 7 });
  });

  test.each(CHECKED)('refuses a page that is cut off, wherever that is (checked: %s)', (checked) => {
    fc.assert(
      fc.property(typedPage, ({ body }) => {
        const whole = Buffer.from(body.toString().trimEnd());
        const taken: number[] = [];
        for (let length = 0; length < whole.length; length++) {
          if (!isRefused(Buffer.from(whole.subarray(0, length)), checked)) taken.push(length);
        }
        expect(taken).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  test.each([
    ['has more items than its Count', '{"Items":[{"a":{"S":"1"}},{"a":{"S":"2"}}],"Count":1}'],
    ['has fewer items than its Count', '{"Items":[{"a":{"S":"1"}},{"a":{"S":"2"}}],"Count":3}'],
    ['has no Count', '{"Items":[{"a":{"S":"1"}}]}'],
    ['goes on after its end', '{"Items":[],"Count":0}{'],
    ['closes more than it opened', '{"Items":[{"a":{"S":"1"}}}],"Count":1}'],
    ['has a line break within a string', '{"Items":[{"a":{"S":"1\n2"}}],"Count":1}'],
    ['is not JSON outside its items', '{"Items":[],"Count":0,"ScannedCount":00}'],
    ['is not an object', '[]'],
  ])('refuses a page that %s', (_title, body) => {
    for (const checked of CHECKED) expect(() => cutItems(Buffer.from(body), checked)).toThrow(MalformedBodyError);
  });
});

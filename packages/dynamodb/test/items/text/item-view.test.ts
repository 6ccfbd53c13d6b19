import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { problemOfRepeatedNames } from '../../../src/backup/format/repeated-names.ts';
import { expiryOf } from '../../../src/items/expiry.ts';
import { canonicalKey, type KeyRule, keyOf, problemOfKeys } from '../../../src/items/item-key.ts';
import { problemOfLimits } from '../../../src/items/item-limits.ts';
import { ItemText } from '../../../src/items/text/item-text.ts';
import { ItemView } from '../../../src/items/text/item-view.ts';
import { canonicalItem, itemDigest, type TypedItem } from '../../../src/items/typed-item.ts';
import { problemOfAttributes } from '../../../src/items/value-limits.ts';
import { textsOfItem } from './texts-of-item.ts';

const key = { hash: { name: 'id', type: 'S' } } as const;
const rules: readonly KeyRule[] = [
  { name: 'id', type: 'S', ofTable: true, maxBytes: 2048 },
  { name: 'status', type: 'S', ofTable: false, maxBytes: 20 },
  { name: 'a', type: 'N', ofTable: false, maxBytes: 1024 },
  { name: 'b', type: 'B', ofTable: false, maxBytes: 1024 },
];
const parse = (text: string): TypedItem => JSON.parse(text) as TypedItem;

test('a digest of a text is that of its values, and the same for equal values in any text', () => {
  const view = new ItemView(key);
  fc.assert(
    fc.property(textsOfItem, ({ one, other }) => {
      const digest = view.readOrParse(Buffer.from(one)).digest;
      expect(digest).toBe(itemDigest(parse(one)));
      expect(view.readOrParse(Buffer.from(other)).digest).toBe(digest);
    }),
    { numRuns: 1_000 },
  );
});

test('digests of two items are the same only if their values are', () => {
  const view = new ItemView(key);
  fc.assert(
    fc.property(textsOfItem, textsOfItem, ({ one }, { one: other }) => {
      const isSame = view.readOrParse(Buffer.from(one)).digest === view.readOrParse(Buffer.from(other)).digest;
      expect(isSame).toBe(canonicalItem(parse(one)) === canonicalItem(parse(other)));
    }),
    { numRuns: 500 },
  );
});

test('key, end of life and what the rules say are those of the values', () => {
  const view = new ItemView(key, { rules, ttlAttribute: 'a' });
  fc.assert(
    fc.property(textsOfItem, ({ one }) => {
      const item = parse(one);
      const read = view.readOrParse(Buffer.from(one));
      expect(read.canonicalKey).toBe(canonicalKey(item, key));
      expect(parse(read.keyText)).toEqual(keyOf(item, key));
      expect(read.expiry).toBe(expiryOf(item, 'a'));
      expect(read.problem).toBe(problemOfKeys(item, rules));
    }),
    { numRuns: 500 },
  );
});

test('a text with an altered byte is read only if it is an item that DynamoDB takes, with one reading', () => {
  const text = new ItemText(['id']);
  const altered = fc.record({
    texts: textsOfItem,
    at: fc.nat(),
    byte: fc.constantFrom(...Buffer.from('"\\{}[]:,0-.SNBMLe\n é')),
  });
  fc.assert(
    fc.property(altered, ({ texts: { one }, at, byte }) => {
      const bytes = Buffer.from(one);
      bytes[at % bytes.length] = byte;
      if (!text.read(bytes)) return;
      const written = bytes.toString('utf8');
      const item = parse(written);
      expect(text.canonical().toString('utf8')).toBe(canonicalItem(item));
      expect(problemOfAttributes(item)).toBeUndefined();
      expect(problemOfLimits(item, written)).toBeUndefined();
      expect(problemOfRepeatedNames(written)).toBeUndefined();
    }),
    { numRuns: 5_000 },
  );
});

describe('by its bytes', () => {
  const read = (text: string): string | undefined => {
    const bytes = Buffer.from(text);
    const reader = new ItemText(['id']);
    return reader.read(bytes) ? reader.canonical().toString('utf8') : undefined;
  };

  test.each([
    ['attributes in another order', '{"b":{"S":"x"},"a":{"N":"1"}}'],
    [
      'numbers',
      '{"a":{"L":[{"N":"100"},{"N":"-0.0"},{"N":"0"},{"N":"12.50"},{"N":"0.001"},{"N":"-7"},{"N":"120.0"}]}}',
    ],
    ['38 digits', '{"a":{"N":"12345678901234567890123456789012345678"},"b":{"N":"1E+125"}}'],
    ['nested maps in another order', '{"a":{"M":{"d":{"M":{"f":{"NULL":true},"e":{"BOOL":false}}},"c":{"L":[]}}}}'],
    ['empty values', '{"a":{"S":""},"b":{"M":{}},"c":{"L":[]},"d":{"B":""}}'],
    [
      'sets and binary',
      '{"a":{"SS":["b","a"]},"b":{"NS":["2","1.0"]},"c":{"BS":["AQ==","AA=="]},"d":{"B":"AAEC+v9="}}',
    ],
    ['usual escapes and characters beyond ASCII', '{"a":{"S":"\\"\\\\\\n ü 😀 \u2028"}}'],
    ['a name that objects have anyway', '{"toString":{"S":"x"},"__proto__":{"S":"y"}}'],
  ])('%s are read', (_, text) => {
    expect(read(text)).toBe(canonicalItem(parse(text)));
  });

  test.each([
    ['whitespace', '{"a": {"S":"x"}}'],
    ['an escape that need not be', '{"a":{"S":"\\u0041"}}'],
    ['half of a surrogate pair', '{"a":{"S":"\\ud800"}}'],
    ['a name twice', '{"a":{"S":"x"},"b":{"S":"y"},"a":{"S":"z"}}'],
    ['a name twice in a map', '{"a":{"M":{"b":{"S":"y"},"b":{"S":"y"}}}}'],
    ['an empty name', '{"":{"S":"x"}}'],
    ['something after the end', '{"a":{"S":"x"}}}'],
    ['a text that is cut off', '{"a":{"S":"x'],
    ['a JSON number', '{"a":{"N":1}}'],
    ['39 digits', '{"a":{"N":"123456789012345678901234567890123456789"}}'],
    ['a number that is none', '{"a":{"N":"1.2.3"}}'],
    ['a number without digits', '{"a":{"N":"-"}}'],
    ['a member of a set twice', '{"a":{"NS":["1","1.0"]}}'],
    ['an empty set', '{"a":{"SS":[]}}'],
    ['a NULL that is false', '{"a":{"NULL":false}}'],
    ['a comma too many', '{"a":{"L":[{"S":"x"},]}}'],
    ['a control character', '{"a":{"S":"\u0001"}}'],
    ['a list of plain values', '{"a":{"L":["x"]}}'],
  ])('%s has to be parsed', (_, text) => {
    expect(read(text)).toBeUndefined();
  });

  test('bytes that are not UTF-8 have to be parsed', () => {
    const bytes = Buffer.from('{"a":{"S":"x"}}');
    bytes[bytes.indexOf('x')] = 0xff;
    expect(new ItemText([]).read(bytes)).toBe(false);
  });

  test('any byte is seen at any place of a string', () => {
    const itemText = new ItemText([]);
    const wrong: string[] = [];
    for (let place = 0; place < 12; place += 1) {
      for (let byte = 0; byte < 256; byte += 1) {
        // Attributes that are not in order are copied.
        const text = Buffer.from('{"b":{"S":"0123456789-+"},"a":{"S":"x"}}');
        text[text.indexOf('0123') + place] = byte;
        const isPlain = byte >= 0x20 && byte < 0x80 && byte !== 0x22 && byte !== 0x5c;
        const canonical = itemText.read(text) ? itemText.canonical().toString() : undefined;
        const expected = isPlain ? canonicalItem(JSON.parse(text.toString())) : undefined;
        if (canonical !== expected) wrong.push(`${byte} at ${place}: ${canonical}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('items of more shapes than are remembered are read all the same', () => {
    const text = new ItemText(['n7']);
    for (let round = 0; round < 6_000; round += 1) {
      const item = `{"n${round % 997}":{"S":"x"},"m${round % 13}":{"M":{"k${round}":{"N":"1"},"j":{"N":"2"}}}}`;
      expect(text.read(Buffer.from(item))).toBe(true);
      expect(text.canonical().toString('utf8')).toBe(canonicalItem(parse(item)));
      expect(text.valueOf(0)).toBe(round % 997 === 7 ? '{"S":"x"}' : undefined);
    }
  });

  test('an item larger than what memory was ready for is read', () => {
    const names = Array.from({ length: 3_000 }, (_, index) => `"z${(index * 7919) % 3_000}":{"S":"${'x'.repeat(60)}"}`);
    const item = `{${names.join(',')}}`;
    expect(read(item)).toBe(canonicalItem(parse(item)));
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cutResponses } from '../../../src/items/batch/cut-responses.ts';
import { MalformedBodyError } from '../../../src/items/text/walk-json.ts';
import { typedPage } from '../typed-page.ts';

const UNPROCESSED = { any: { Keys: [{ id: { S: '}]}' } }] } };

/** An answer with the items of a page, laid out as that is. */
const answer = typedPage.map(({ items }) => ({
  items,
  body: Buffer.from(JSON.stringify({ Responses: { any: items }, UnprocessedKeys: UNPROCESSED })),
}));

/** Whether an answer is taken by whoever cuts it, and then parses the rest and the items. */
function isTaken(body: Buffer): boolean {
  try {
    const { items, rest } = cutResponses(body, 'any');
    for (const text of [rest, ...items]) JSON.parse(text.toString());
    return true;
  } catch (error) {
    return !(error instanceof MalformedBodyError || error instanceof SyntaxError);
  }
}

describe('cutResponses', () => {
  test('gives each item of any answer, and the rest without them', () => {
    fc.assert(
      fc.property(answer, ({ items, body }) => {
        const cut = cutResponses(body, 'any');
        expect(cut.items.map((text) => JSON.parse(text.toString()))).toEqual(items);
        expect(JSON.parse(cut.rest.toString())).toEqual({ Responses: {}, UnprocessedKeys: UNPROCESSED });
      }),
      { numRuns: 200 },
    );
  });

  test('leaves the bytes of an item as they are', () => {
    const item = '{"id":{"N":"12345678901234567890123456789012345678"},"t":{"S":"\\u00e9\\/\\"}},{\\"a"}}';
    const { items } = cutResponses(
      Buffer.from(`{"Responses":{"any":[${item} , ${item}]},"UnprocessedKeys":{}}`),
      'any',
    );
    expect(items.map((text) => text.toString().trim())).toEqual([item, item]);
  });

  test('takes no items of another table', () => {
    const body = Buffer.from('{"Responses":{"other":[{"id":{"S":"a"}}]},"UnprocessedKeys":{}}');
    expect(() => cutResponses(body, 'any')).toThrow('items of other instead of any');
  });

  test('takes no answer that is cut off, wherever that is', () => {
    fc.assert(
      fc.property(answer, ({ body }) => {
        const lengths = Array.from({ length: body.length }, (_, length) => length);
        expect(lengths.filter((length) => isTaken(body.subarray(0, length)))).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  test.each([
    ['no object', '[]'],
    ['no table', '{"Responses":[],"UnprocessedKeys":{}}'],
    ['a table without a list', '{"Responses":{"any":{}},"UnprocessedKeys":{}}'],
    ['something after its end', '{"Responses":{},"UnprocessedKeys":{}}{'],
    ['more closed than opened', '{"Responses":{"any":[{"id":{"S":"1"}}}]},"UnprocessedKeys":{}}'],
  ])('takes no answer that has %s', (_title, body) => {
    expect(isTaken(Buffer.from(body))).toBe(false);
  });
});

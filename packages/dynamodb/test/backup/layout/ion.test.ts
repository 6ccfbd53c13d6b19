import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ownFolder } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InvalidLineError } from '../../../src/backup/errors.ts';
import { canonicalItem, type TypedItem } from '../../../src/items/typed-item.ts';
import { itemsIn, itemsOfFile, schemaOfId } from './items-of-file.ts';

const folder = ownFolder();
const fixture = (name: string) => join(import.meta.dirname, '..', '..', 'fixtures', name);
const read = (content: string | Uint8Array) => itemsIn(folder, content, schemaOfId());

/** The example of AWS's documentation, on one line, with another key. */
const DOCUMENTED =
  '$ion_1_0 {Item:{Authors:$dynamodb_SS::["Author1","Author2"],Dimensions:"8.5 x 11.0 x 1.5",id:"333-3333333333",Id:103.,InPublication:false,PageCount:6d2,Price:2d3,ProductCategory:"Book",Title:"Book 103 Title"}}';

describe('lines of Amazon Ion are read as DynamoDB exports them', () => {
  test('export.ion', async () => {
    expect(await itemsOfFile(fixture('export.ion'), schemaOfId())).toMatchObject({
      items: [
        { id: { S: 'a' }, v: { N: '2' } },
        { id: { S: 'b' }, v: { N: '3' } },
      ],
      layout: 'ion',
      places: ['line 1', 'line 2'],
    });
  });

  test("the documentation's example, gzipped or not, also after empty lines", async () => {
    const item = {
      Authors: { SS: ['Author1', 'Author2'] },
      Dimensions: { S: '8.5 x 11.0 x 1.5' },
      id: { S: '333-3333333333' },
      Id: { N: '103' },
      InPublication: { BOOL: false },
      PageCount: { N: '600' },
      Price: { N: '2000' },
      ProductCategory: { S: 'Book' },
      Title: { S: 'Book 103 Title' },
    };
    for (const content of [DOCUMENTED, gzipSync(DOCUMENTED), `\n\n${DOCUMENTED}\n\n`]) {
      const { items } = await read(content);
      expect(items.map(canonicalItem)).toEqual([canonicalItem(item)]);
    }
    expect(await read(`\n\n${DOCUMENTED}\n\n${DOCUMENTED}`)).toMatchObject({ places: ['line 3', 'line 5'] });
  });

  test('every type as another implementation of Ion writes and reads it, with all digits and bytes', async () => {
    const expected = readFileSync(fixture('ion-every-type.json'), 'utf8').trim().split('\n');
    const { items } = await itemsOfFile(fixture('ion-every-type.ion'), schemaOfId());
    expect(items.map(canonicalItem)).toEqual(expected.map((line) => canonicalItem(JSON.parse(line) as TypedItem)));
    expect(items[0]).toMatchObject({ n: { N: '123456789012345678901234567890.12345678' } });
    expect(Object.keys(items[1] ?? {})).toContain('__proto__');
  });

  test.each([
    ['the version marker on a line of its own', '$ion_1_0\n{Item:{id:"a"}}\n{Item:{id:"b"}}\n', ['line 2', 'line 3']],
    ['no version marker', '{Item:{id:"a"}}\n{\'Item\':{id:"b"}}\n', ['line 1', 'line 2']],
  ])('%s, as other tools write them', async (_, content, places) => {
    expect(await read(content)).toMatchObject({
      layout: 'ion',
      items: [{ id: { S: 'a' } }, { id: { S: 'b' } }],
      places,
    });
  });

  test('any number keeps its value', async () => {
    const digits = fc.bigInt({ min: 0n, max: 10n ** 38n - 1n });
    await fc.assert(
      fc.asyncProperty(
        digits,
        fc.integer({ min: -130, max: 80 }),
        fc.boolean(),
        async (coefficient, exponent, minus) => {
          const number = `${minus ? '-' : ''}${coefficient}d${exponent}`;
          const { items } = await read(`$ion_1_0 {Item:{id:"a",n:${number}}}`);
          const item = { id: { S: 'a' }, n: { N: number.replace('d', 'E') } };
          expect(items.map(canonicalItem)).toEqual([canonicalItem(item)]);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('what DynamoDB does not write is refused by its line', () => {
  test.each([
    ['an item that is cut short', '{Item:{id:"a",v:', /line 2: not Ion text on one line/],
    ['an item over two lines', '{Item:{id:"a",\nv:2.}}', /line 2: not Ion text on one line/],
    ['two items on a line', '{Item:{id:"a"}} {Item:{id:"b"}}', /line 2: more than one Ion value/],
    ['text that is no Ion', '{"Item":{"id":"a"}', /line 2: not Ion text/],
    ['a list', '["a"]', /line 2: not an Ion struct/],
    ['an item without Item', '{id:"a"}', /line 2: an Ion struct that does not hold an Item or a Record alone/],
    [
      'more than an Item',
      '{Item:{id:"a"},Other:1}',
      /line 2: an Ion struct that does not hold an Item or a Record alone/,
    ],
    ['a float', '{Item:{id:"a",v:1e0}}', /line 2: v is an Ion value of the type float/],
    ['a timestamp', '{Item:{id:"a",v:2026-01-01T}}', /line 2: v is an Ion value of the type timestamp/],
    ['a symbol', '{Item:{id:"a",v:x}}', /line 2: v is an Ion value of the type symbol/],
    ['a clob', '{Item:{id:"a",v:{{"x"}}}}', /line 2: v is an Ion value of the type clob/],
    ['a null with a type', '{Item:{id:"a",v:null.string}}', /line 2: v is an Ion value of the type null.string/],
    ['an unknown annotation', '{Item:{id:"a",v:$dynamodb_XS::["x"]}}', /line 2: v has the annotation \$dynamodb_XS/],
    [
      'a set of mixed types',
      '{Item:{id:"a",v:$dynamodb_SS::["x",1.]}}',
      /line 2: v: a member of the set is not of its/,
    ],
    ['a set that is no list', '{Item:{id:"a",v:$dynamodb_SS::"x"}}', /line 2: v is an Ion value of the type annotated/],
    ['an attribute twice', '{Item:{id:"a",v:1.,v:2.}}', /line 2: v comes twice/],
    ['an empty set', '{Item:{id:"a",v:$dynamodb_SS::[]}}', /line 2: v: a set is not an array of at least one/],
    ['too many levels', `{Item:{id:"a",v:${'['.repeat(5000)}${']'.repeat(5000)}}}`, /line 2: v is nested deeper/],
    ['another key', '{Item:{x:"a"}}', /line 2: no item of the table/],
    ['JSON', '{"id":{"S":"a"}}', /line 2: an Ion struct that does not hold an Item or a Record alone/],
  ])('%s', async (_, line, words) => {
    const reading = read(`$ion_1_0 {Item:{id:"first"}}\n${line}\n`);
    await expect(reading).rejects.toThrow(InvalidLineError);
    await expect(reading).rejects.toThrow(words);
  });
});

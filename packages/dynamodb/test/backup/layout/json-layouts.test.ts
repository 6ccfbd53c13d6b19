import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ownFolder } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CorruptBackupError, InvalidLineError, UnreadableFormatError } from '../../../src/backup/errors.ts';
import { JsonInput } from '../../../src/backup/layout/json-input.ts';
import { type JsonLayout, jsonItems } from '../../../src/backup/layout/json-items.ts';
import { BackupReader } from '../../../src/backup/read/backup-reader.ts';
import { openStorageOf } from '../../../src/storage/open-storage.ts';
import { itemsIn, itemsOfFile, schemaOfId } from './items-of-file.ts';

const folder = ownFolder();
const fixture = (name: string) => join(import.meta.dirname, '..', '..', 'fixtures', name);
const a = { id: { S: 'a' } };
const b = { id: { S: 'b' } };
const ab = [a, b];
const read = (content: string | Uint8Array, schema = schemaOfId()) => itemsIn(folder, content, schema);

/** The schema of a table with another key, and none. */
const KEYED = (name: string) => ({ ...schemaOfId(), key: { hash: { name, type: 'N' as const } } });

describe('a file whose items are not a line each is read item by item', () => {
  test.each([
    ['array.json', 'array', 'typed'],
    ['scan-output.json', 'scan', 'typed'],
    ['batch-write-request.json', 'requests', 'request'],
  ])('%s, with the key of a table or without', async (name, layout, format) => {
    for (const schema of [schemaOfId(), undefined]) {
      const whole = await itemsOfFile(fixture(name), schema);
      expect(whole).toMatchObject({ items: ab, layout, formats: [format], places: ['item 1', 'item 2'] });
      expect(whole.incomplete).toBeUndefined();
    }
  });

  test.each([
    ['an array on one line', JSON.stringify(ab), 'array', 'typed'],
    ['an array over many lines', JSON.stringify(ab, null, 4), 'array', 'typed'],
    ['an array of plain items', JSON.stringify([{ id: 'a' }, { id: 'b' }]), 'array', 'plain'],
    ['an array of items as an import takes it', JSON.stringify([{ Item: a }, { Item: b }]), 'array', 'export'],
    ['an array of requests', JSON.stringify(ab.map((Item) => ({ PutRequest: { Item } }))), 'array', 'request'],
    ['objects over many lines', ab.map((item) => JSON.stringify(item, null, 2)).join('\n'), 'objects', 'typed'],
    ['a scan on one line', JSON.stringify({ Count: 2, Items: ab, ScannedCount: 2 }), 'scan', 'typed'],
    ['a scan by an SDK', JSON.stringify({ $metadata: { attempts: 1 }, Items: ab, Count: 2 }), 'scan', 'typed'],
    [
      'a scan by an SDK for documents',
      JSON.stringify({ Items: [{ id: 'a' }, { id: 'b' }], Count: 2 }, null, 1),
      'scan',
      'plain',
    ],
    ['the answer to a PartiQL statement', JSON.stringify({ Items: ab, NextToken: null }, null, 2), 'scan', 'typed'],
    [
      'the parameters of a batch-write-item',
      JSON.stringify({
        RequestItems: { T: ab.map((Item) => ({ PutRequest: { Item } })) },
        ReturnConsumedCapacity: 'NONE',
      }),
      'requests',
      'request',
    ],
    [
      'the parameters of a batch-write-item that begin with others',
      JSON.stringify(
        { ReturnConsumedCapacity: 'NONE', RequestItems: { T: ab.map((Item) => ({ PutRequest: { Item } })) } },
        null,
        2,
      ),
      'requests',
      'request',
    ],
    [
      'requests over many lines',
      JSON.stringify({ T: ab.map((Item) => ({ PutRequest: { Item } })) }, null, 2),
      'requests',
      'request',
    ],
  ])('%s', async (_, content, layout, format) => {
    const expected = { items: ab, layout, formats: [format], places: ['item 1', 'item 2'] };
    expect(await read(content)).toMatchObject(expected);
    expect(await read(`\n  ${content}\n\n`)).toMatchObject(expected);
    expect(await read(`\ufeff${content}`)).toMatchObject(expected);
    expect(await read(gzipSync(content))).toMatchObject(expected);
  });

  test('nothing in it is no item', async () => {
    expect(await read('[]')).toMatchObject({ items: [], layout: 'array' });
    expect(await read('{"Items":[],"Count":0,"ScannedCount":0}')).toMatchObject({ items: [], layout: 'scan' });
  });

  test('all digits of numbers and all characters of texts stay', async () => {
    const number = '1234567890123456789012345678901234567.8';
    const content = `[{"id":"a","n":${number},"t":"\\"] , [ \\\\"},\n {"id" : {"S":"b"}, "n":{"N":"${number}"}}]`;
    expect((await read(content)).items).toEqual([
      { id: { S: 'a' }, n: { N: number }, t: { S: '"] , [ \\' } },
      { id: { S: 'b' }, n: { N: number } },
    ]);
  });
});

describe('what was lines stays lines', () => {
  test.each([
    ['an item with the attribute Items', '{"Items":[{"a":1}],"id":"a"}'],
    ['an item with the attribute Count', '{"Count":5,"id":"a"}'],
    ['an item that has a list of requests', '{"list":[{"PutRequest":1}],"id":"a"}'],
    ['an item that has a list of an empty map', '{"list":[{}],"id":"a"}'],
    ['an item with the attribute Table', '{"Table":{"KeySchema":1},"id":"a"}'],
    ['an item with the attribute ModelName', '{"ModelName":"m","DataModel":[],"id":"a"}'],
    ['an item with the attribute Responses', '{"Responses":{},"UnprocessedKeys":{},"id":"a"}'],
  ])('%s', async (_, line) => {
    expect(await read(`${line}\n{"id":"b"}\n`)).toMatchObject({
      layout: 'lines',
      formats: ['plain'],
      places: ['line 1', 'line 2'],
    });
  });

  test.each(['{"id":"a","list":[{}]}', '{"id":"a","list":[{"PutRequest":1}]}', '{"Responses":"x","Records":[]}'])(
    'without the key of a table: %s',
    async (line) => {
      const { items, formats } = await itemsIn(folder, line, undefined);
      expect({ items: items.length, formats }).toEqual({ items: 1, formats: ['plain'] });
    },
  );

  test('a byte order mark before the first line does not matter', async () => {
    expect(await itemsOfFile(fixture('bom.json'), schemaOfId())).toMatchObject({ items: ab, layout: 'lines' });
  });

  test('nothing at all is no line', async () => {
    expect(await read('')).toMatchObject({ items: [], layout: 'lines' });
  });
});

describe('a scan that is not of the whole table says so', () => {
  test.each([
    ['LastEvaluatedKey', { LastEvaluatedKey: b }, /LastEvaluatedKey/],
    ['the token of the AWS CLI', { NextToken: 'eyJ' }, /NextToken/],
    ['a filter', { ScannedCount: 5 }, /2 of 5 items/],
  ])('by %s', async (_, more, words) => {
    for (const indent of [undefined, 2]) {
      const { items, incomplete } = await read(JSON.stringify({ Items: ab, Count: 2, ...more }, null, indent));
      expect(items).toEqual(ab);
      expect(incomplete).toMatch(words);
    }
  });

  test('as the AWS CLI prints it: its own limit cuts pages, and leaves their counts', async () => {
    const schema = { ...schemaOfId(), key: { hash: { name: 'pdrName', type: 'S' as const } } };
    const whole = await itemsOfFile(fixture('aws-scan.json'), schema);
    expect(whole).toMatchObject({ layout: 'scan', formats: ['typed'], incomplete: undefined });
    expect(whole.items).toHaveLength(3);
    const some = await itemsOfFile(fixture('aws-scan-max-items.json'), schema);
    expect(some.items).toHaveLength(2);
    expect(some.incomplete).toMatch(/NextToken/);
    const rest = await read(JSON.stringify({ Items: [b], Count: 2, ScannedCount: 2 }));
    expect(rest.incomplete).toBe('it holds 1 of the 2 items that its Count says');
  });

  test('its Count is compared with its items', async () => {
    await expect(read(JSON.stringify({ Items: ab, Count: 1 }))).rejects.toThrow(/holds 2 items, and its Count says 1/);
  });
});

describe('what is broken is refused by its line and reason', () => {
  test.each([
    ['a comma too many', '[{"id":{"S":"a"}},\n{"id":{"S":"b"}},\n]', InvalidLineError, /line 3: "]" where a value/],
    ['a comma too few', '[{"id":{"S":"a"}}\n{"id":{"S":"b"}}]', InvalidLineError, /line 2: "{" where "," or "]"/],
    ['a second array', '[{"id":{"S":"a"}}]\n[]', InvalidLineError, /line 2: something else follows after .* the array/],
    ['text after the end', '[{"id":{"S":"a"}}] x', InvalidLineError, /line 1: something else follows/],
    ['pages of a scan one after the other', '{"Items":[]}\n{"Items":[]}', InvalidLineError, /line 2: something else/],
    ['an end in an item', '[{"id":{"S":"a"}},{"id":', CorruptBackupError, /cut short/],
    ['an end in a text', '[{"id":{"S":"a', CorruptBackupError, /cut short/],
    ['an end between items', '[{"id":{"S":"a"}},', CorruptBackupError, /cut short/],
    ['an end before the bracket', '[{"id":{"S":"a"}}\n', CorruptBackupError, /cut short: it ends in line 2/],
    ['an end of a scan', '{"Items":[{"id":{"S":"a"}}],\n "Count"', CorruptBackupError, /cut short/],
    ['Items twice', '{"Items":[{"id":{"S":"a"}}],"Count":1,\n"Items":[]}', InvalidLineError, /Items comes twice/],
    ['a scan without Items', '{\n"Count":0}', InvalidLineError, /line 2: .* without Items/],
    ['no item in an array', '[{"id":{"S":"a"}},7]', InvalidLineError, /item 2: not a JSON object/],
    [
      'an item of another table',
      '[{"id":{"S":"a"}},{"x":{"S":"b"}}]',
      InvalidLineError,
      /item 2: no item of the table/,
    ],
    ['mismatched brackets', '[{"id":{"S":"a"}},{"id":{"S":"b"]}]', InvalidLineError, /item 2: not JSON/],
    ['a line break in a text', '[{"id":{"S":"a\n"}}]', InvalidLineError, /line 1: a line break in a text/],
    ['two numbers that are one', '[{"id":"a","n":1 2}]', InvalidLineError, /item 1: not JSON/],
    ['a name without quotes', '{"Items":[],\nCount:0}', InvalidLineError, /line 2: "C" where a name/],
  ])('%s', async (_, content, kind, words) => {
    const reading = read(content);
    await expect(reading).rejects.toThrow(kind);
    await expect(reading).rejects.toThrow(words);
  });

  test.each([
    ['pages of a scan', JSON.stringify({ Items: [a], Count: 1 }, null, 2), `jq -c '.Items[]' FILE`],
    ['arrays', '[{"id":{"S":"a"}}]', `jq -c '.[]' FILE`],
    ['requests', JSON.stringify({ T: [{ PutRequest: { Item: a } }] }), `jq -c '(.RequestItems // .)[][]' FILE`],
  ])('%s one after the other are refused with a way to join them', async (_, one, command) => {
    await expect(read(`${one}\n${one}\n`)).rejects.toMatchObject({
      code: 'INVALID_LINE',
      advice: ['Nothing was written.', expect.stringContaining(command)],
    });
  });

  test.each([
    ['the output of a scan', [{ Items: [a], Count: 1, ScannedCount: 1 }]],
    ['the output of a scan without Items', { Count: 5, ScannedCount: 5, ConsumedCapacity: null }],
    ['the output of batch-get-item', { Responses: { T: Array(500).fill(a) }, UnprocessedKeys: {} }],
    ['the output of get-item, with more than the item', { Item: a, ConsumedCapacity: { TableName: 'T' } }],
    ['the input of a transaction', { TransactItems: [{ Put: { Item: a, TableName: 'T' } }] }],
    ['records of a stream', { Records: [{ dynamodb: { Keys: a, NewImage: a } }] }],
  ])('%s is no item, with the key of a table or without', async (name, document) => {
    for (const schema of [schemaOfId(), undefined]) {
      for (const indent of [undefined, 2]) {
        await expect(itemsIn(folder, JSON.stringify(document, null, indent), schema)).rejects.toThrow(
          new RegExp(`${name}`),
        );
      }
    }
  });

  test('commas between lines', async () => {
    await expect(itemsOfFile(fixture('trailing-comma.json'), schemaOfId())).rejects.toThrow(
      /line 1: not JSON: .*; a comma follows/,
    );
  });

  test('bytes that are not UTF-8', async () => {
    const content = Buffer.concat([Buffer.from('[{"id":{"S":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}}]')]);
    await expect(read(content)).rejects.toThrow(/line 1: not UTF-8/);
  });

  test('a value that no item is as large as', async () => {
    const content = `[{"id":{"S":"${'x'.repeat(9_000_000)}"}}]`;
    await expect(read(content)).rejects.toThrow(/line 1: a value of more than 8388608 bytes/);
  });

  test('a request to delete, and one for a second table', async () => {
    const put = { PutRequest: { Item: a } };
    const deletion = { T: [put, { DeleteRequest: { Key: b } }] };
    await expect(read(JSON.stringify(deletion))).rejects.toThrow(/item 2: a request to delete an item/);
    await expect(itemsIn(folder, JSON.stringify(deletion), undefined)).rejects.toThrow(/item 2: /);
    const reading = read(JSON.stringify({ T1: [put], T2: [put] }));
    await expect(reading).rejects.toThrow(UnreadableFormatError);
    await expect(reading).rejects.toThrow(/requests for several tables, T1 and T2/);
  });

  test('a text that is either a scan or one item, with both readings', async () => {
    const reading = read(JSON.stringify({ Items: [{ id: 'a' }], Count: 1 }), KEYED('Count'));
    await expect(reading).rejects.toThrow(/either the output of a scan, or one item with the key Count 1/);
  });
});

test('any JSON is cut into the same items, wherever its chunks end', async () => {
  const text = fc.string({ unit: 'binary' });
  const item = fc.dictionary(
    text,
    fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.array(fc.oneof(text, fc.boolean()))),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(item),
      fc.constantFrom(undefined, 1, '\t'),
      fc.constantFrom<JsonLayout>('array', 'objects', 'scan'),
      fc.integer({ min: 1, max: 20 }),
      async (items, indent, layout, size) => {
        const content = Buffer.from(
          layout === 'array'
            ? JSON.stringify(items, null, indent)
            : layout === 'scan'
              ? JSON.stringify({ Count: items.length, Items: items }, null, indent)
              : items.map((each) => JSON.stringify(each, null, indent)).join('\n'),
        );
        const chunks = async function* (): AsyncGenerator<Buffer, void> {
          for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
        };
        const found: unknown[] = [];
        for await (const bytes of jsonItems(new JsonInput('f', chunks()), layout, 'f')) {
          expect(bytes.includes('\n')).toBe(false);
          found.push(JSON.parse(bytes.toString('utf8')));
        }
        expect(found).toEqual(items.map((each) => JSON.parse(JSON.stringify(each))));
      },
    ),
    { numRuns: 40 },
  );
});

describe('what AWS Data Pipeline wrote', () => {
  test('has its types in lower case', async () => {
    expect(await itemsOfFile(fixture('data-pipeline-lowercase.json'), schemaOfId())).toMatchObject({
      formats: ['pipeline'],
      items: [{ id: { S: 'a' }, n: { N: '1' }, f: { BOOL: true }, x: { NULL: true }, l: { L: [{ S: 'q' }] } }],
    });
  });

  test('keeps sets, binary values, maps and all digits', async () => {
    const number = '1234567890123456789012345678901234567.8';
    const line = `{"id":{"s":"a"},"sS":{"sS":["x"]},"ns":{"nS":["1","${number}"]},"bs":{"bS":["AA=="]},"b":{"b":"AQI="},"m":{"m":{"s":{"n":"2"}}},"z":{"bool":false}}`;
    expect((await read(line)).items).toEqual([
      {
        id: { S: 'a' },
        sS: { SS: ['x'] },
        ns: { NS: ['1', number] },
        bs: { BS: ['AA=='] },
        b: { B: 'AQI=' },
        m: { M: { s: { N: '2' } } },
        z: { BOOL: false },
      },
    ]);
  });

  test('has control characters between attributes, in its first form', async () => {
    const line = 'id\u0003{"s":"Seattle"}\u0002scores\u0003{"nS":["100","30","45"]}';
    expect(await read(`${line}\n${line.replace('Seattle', 'b')}\n`)).toMatchObject({
      layout: 'lines',
      formats: ['pipeline'],
      items: [
        { id: { S: 'Seattle' }, scores: { NS: ['100', '30', '45'] } },
        { id: { S: 'b' }, scores: { NS: ['100', '30', '45'] } },
      ],
    });
  });

  test('is refused where a type is unknown, or where it may be one of maps', async () => {
    await expect(read('{"id":{"s":"a"},"x":{"q":"1"}}')).rejects.toThrow(/line 1: x is not a value with a type/);
    await expect(read('{"id":{"s":"a"},"x":{"S":"1"}}')).rejects.toThrow(/line 1: x is not a value with a type/);
    await expect(itemsIn(folder, '{"id":{"s":"a"}}', undefined)).rejects.toThrow(
      /line 1: either an item with the types of AWS Data Pipeline, or a plain one of maps/,
    );
  });
});

test('changes of an incremental export have an item or the key of one', async () => {
  const { items, formats, places } = await itemsOfFile(fixture('incremental.json'), schemaOfId());
  expect({ items, formats, places }).toEqual({
    items: [{ id: { S: 'a' }, v: { N: '2' } }, { id: { S: 'b' } }],
    formats: ['change'],
    places: ['line 1', 'line 2'],
  });
});

test('a request on a line of its own is read too', async () => {
  const line = JSON.stringify({ PutRequest: { Item: a } });
  expect(await read(`${line}\n`)).toMatchObject({ layout: 'lines', formats: ['request'], items: [a] });
});

test('of an array of 20 MB only a few items are in memory at once', async () => {
  const path = join(folder, 'large.json');
  const piece = `${JSON.stringify({ id: { S: 'x'.repeat(100) }, v: { S: 'y'.repeat(900) } }, null, 1)},\n`.repeat(1000);
  writeFileSync(path, `[${piece.repeat(20)}{"id":{"S":"last"}}]`);
  const reader = await BackupReader.open(await openStorageOf(path));
  let items = 0;
  let most = 0;
  for await (const run of reader.lines()) {
    const lines = [...run];
    items += lines.length;
    most = Math.max(
      most,
      lines.reduce((sum, { bytes }) => sum + bytes.buffer.byteLength, 0),
    );
  }
  await reader.close();
  expect(items).toBe(20_001);
  expect(most).toBeLessThan(2_000_000);
});

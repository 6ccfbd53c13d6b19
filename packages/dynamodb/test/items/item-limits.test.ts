import { onDynamoDBLocal } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createClient } from '../../src/aws/client.ts';
import { parseLine } from '../../src/backup/format/line-format.ts';
import { LineProblem } from '../../src/backup/format/line-problem.ts';
import { keyRules, problemOfKeys } from '../../src/items/item-key.ts';
import { MAX_ITEM_BYTES, problemOfLimits } from '../../src/items/item-limits.ts';
import { itemSize } from '../../src/items/item-size.ts';
import type { TypedItem, TypedValue } from '../../src/items/typed-item.ts';
import { createTable } from '../../src/tables/create.ts';
import type { TableSchema } from '../../src/tables/schema.ts';
import { putRaw } from './raw-put.ts';

const SCHEMA: TableSchema = {
  key: { hash: { name: 'id', type: 'S' }, range: { name: 'r', type: 'B' } },
  globalIndexes: [
    {
      name: 'global',
      key: { hash: { name: 'gh', type: 'S' }, range: { name: 'gr', type: 'N' } },
      projection: { ProjectionType: 'ALL' },
    },
    {
      name: 'turned',
      key: { hash: { name: 'gr', type: 'N' }, range: { name: 'both', type: 'S' } },
      projection: { ProjectionType: 'ALL' },
    },
    { name: 'both', key: { hash: { name: 'both', type: 'S' } }, projection: { ProjectionType: 'KEYS_ONLY' } },
  ],
  localIndexes: [
    {
      name: 'local',
      key: { hash: { name: 'id', type: 'S' }, range: { name: 'lr', type: 'S' } },
      projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
};
const KEY: TypedItem = { id: { S: 'i' }, r: { B: 'cg==' } };
const RULES = keyRules(SCHEMA);

/** What the first reading of a file says of a line with this item; undefined if it lets it pass. */
function problemOf(text: string): string | undefined {
  const parsed = parseLine(text, SCHEMA.key);
  if (parsed instanceof LineProblem) return parsed.problem;
  return problemOfKeys(parsed.item, RULES) ?? problemOfLimits(parsed.item, text);
}

const digit = fc.integer({ min: 0, max: 9 }).map(String);
const digits = (minLength: number, maxLength: number) =>
  fc.array(digit, { minLength, maxLength }).map((list) => list.join(''));
const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((list) => Buffer.from(list).toString('base64'));
/** A length about a limit, often just on or just beyond it. */
const about = (limit: number) => fc.integer({ min: -2, max: 2 }).map((off) => Math.max(limit + off, 0));

/** Numbers about the limits of digits, size and exponent, and texts that are no number at all. */
const number = fc.oneof(
  fc
    .record({
      sign: fc.constantFrom('', '-', '+'),
      whole: fc.oneof(digits(1, 3), digits(36, 40)),
      fraction: fc.oneof(
        fc.constant(''),
        fc.constant('.'),
        digits(1, 3).map((text) => `.${text}`),
      ),
      zeros: fc.oneof(fc.constant(''), fc.constant('0'.repeat(90))),
      exponent: fc.oneof(
        fc.constant(''),
        fc.tuple(fc.constantFrom('e', 'E', 'e+'), about(125)).map((parts) => parts.join('')),
        about(130).map((exponent) => `e-${exponent}`),
        about(88).map((exponent) => `E${exponent}`),
      ),
    })
    .map(({ sign, whole, fraction, zeros, exponent }) => `${sign}${whole}${fraction || zeros}${exponent}`),
  fc.constantFrom(
    '',
    ' 1',
    '1 ',
    '1e',
    '.',
    '-',
    '--1',
    '0x1',
    '1_0',
    'NaN',
    'Infinity',
    '1d',
    '1,5',
    '.5',
    '-.5',
    '0e999',
  ),
  fc.constantFrom('0e99999999999', '1e-99999999999', '1e0000000000000005'),
);
const member = {
  SS: fc.string({ maxLength: 1 }),
  NS: fc.constantFrom('0', '-0', '0.0', '1', '1.0', '10e-1', '01', '2', '-1', '1e2', '100'),
  BS: fc.constantFrom('', 'YQ==', 'YR==', 'YWE=', 'YWF=', 'Yg=='),
};
const set = fc.oneof(
  ...(['SS', 'NS', 'BS'] as const).map((type) =>
    fc.array(member[type], { maxLength: 3 }).map((members) => ({ [type]: members })),
  ),
);
const scalar = fc.oneof(
  fc.string({ maxLength: 4 }).map((S) => ({ S })),
  fc.boolean().map((BOOL) => ({ BOOL })),
  fc.constant({ NULL: true }),
  bytes(4).map((B) => ({ B })),
  number.map((N) => ({ N })),
);
const leaf = fc.oneof(scalar, set, fc.constant({ M: {} }), fc.constant({ L: [] }));
const malformed = fc.constantFrom(
  { S: 'a', N: '1' },
  {},
  { X: '1' },
  { s: '1' },
  { NULL: false },
  { L: [null] },
  { M: { '': { S: 'empty name' } } },
  null,
);
/** Values nested about as deep as DynamoDB takes. */
const deep = fc
  .record({ levels: about(31), kinds: fc.array(fc.boolean(), { minLength: 33, maxLength: 33 }), leaf })
  .map(({ levels, kinds, leaf: innermost }) =>
    kinds.slice(0, levels).reduce<unknown>((value, isMap) => (isMap ? { M: { a: value } } : { L: [value] }), innermost),
  );
const keyText = (limit: number) =>
  fc.tuple(about(limit), fc.constantFrom('x', 'é')).map(([length, letter]) => ({
    S: letter.repeat(Math.floor(length / Buffer.byteLength(letter))) + (length % Buffer.byteLength(letter) ? 'x' : ''),
  }));
/** Keys about as long as DynamoDB takes, of a right or a wrong type. */
const keys = fc.record(
  {
    id: fc.oneof(keyText(2048), fc.constant({ S: '' })),
    r: fc.oneof(
      about(1024).map((length) => ({ B: Buffer.alloc(length, 1).toString('base64') })),
      fc.constantFrom({ B: '' }, { S: 'r' }),
    ),
    gh: fc.oneof(keyText(2048), fc.constantFrom({ S: '' }, { NULL: true })),
    gr: number.map((N) => ({ N })),
    both: keyText(1024),
    lr: fc.oneof(keyText(1024), fc.constantFrom({ N: '1' })),
  },
  { requiredKeys: [] },
);

// dynalite is laxer in many ways.
onDynamoDBLocal('what the first reading passes DynamoDB takes, and what that refuses it finds', () => {
  const client = createClient();
  const table = ownTables().name('Limits');
  beforeAll(() => createTable(client, table, SCHEMA));
  afterAll(() => client.destroy());

  async function agree(item: unknown): Promise<void> {
    const text = JSON.stringify(item);
    const problem = problemOf(text);
    const answer = await putRaw(client, table, text);
    const said = answer === 'taken' ? answer : `refused: ${answer.message}`;
    expect([text.slice(0, 1000), problem, said]).toEqual([
      text.slice(0, 1000),
      answer === 'taken' ? undefined : expect.any(String),
      said,
    ]);
  }

  test('values: numbers, sets, empty and malformed ones', () =>
    fc.assert(
      fc.asyncProperty(fc.oneof({ weight: 5, arbitrary: leaf }, { weight: 1, arbitrary: malformed }), (v) =>
        agree({ ...KEY, v }),
      ),
      { numRuns: 300 },
    ));

  test('nesting', () =>
    fc.assert(
      fc.asyncProperty(deep, (v) => agree({ ...KEY, v })),
      { numRuns: 60 },
    ));

  test('keys, and those of indexes', () =>
    fc.assert(
      fc.asyncProperty(keys, (given) => agree({ ...KEY, ...given })),
      { numRuns: 150 },
    ));

  test('the size, to the byte, for every type', () =>
    fc.assert(
      fc.asyncProperty(
        fc.record({
          names: fc.array(fc.string({ minLength: 1, maxLength: 8 }), { maxLength: 4 }),
          leaf,
          deep,
          off: about(0),
        }),
        async ({ names, leaf: value, deep: deeper, off }) => {
          const small = Object.fromEntries(names.map((name) => [`_${name}`, value]));
          const item: Record<string, unknown> = { ...KEY, ...small, deep: deeper, filler: { S: '' } };
          fc.pre(problemOf(JSON.stringify(item)) === undefined);
          const room = MAX_ITEM_BYTES - itemSize(item as TypedItem) + off;
          await agree({ ...item, filler: { S: 'x'.repeat(room) } });
          await agree({ ...item, filler: { S: 'x'.repeat(room + 1) } });
        },
      ),
      { numRuns: 25 },
    ));

  test.each<[string, TypedValue]>([
    ['a string', { S: 'é😀\u0000' }],
    ['binary', { B: 'YWE=' }],
    ['a number of even length', { N: '12' }],
    ['a number of odd length', { N: '123' }],
    ['a number with its point between the digits of a pair', { N: '12.345' }],
    ['a small number', { N: '0.012' }],
    ['a negative number', { N: '-12345678901234567890123456789012345678' }],
    ['38 digits that begin within a pair', { N: '-123456789012345678901234567890123456.78' }],
    ['zero', { N: '-0.00' }],
    ['a set of numbers', { NS: ['1', '-22', '333'] }],
    ['a set of strings', { SS: ['', 'é'] }],
    ['a set of binaries', { BS: ['', 'YWE='] }],
    ['null', { NULL: true }],
    ['a list of lists', { L: [{ L: [] }, { L: [{ NULL: true }] }] }],
    ['a map of maps', { M: { é: { M: {} }, b: { M: { c: { BOOL: true } } } } }],
  ])('the size of %s, to the byte', async (_, v) => {
    const room = MAX_ITEM_BYTES - itemSize({ ...KEY, v, filler: { S: '' } });
    await agree({ ...KEY, v, filler: { S: 'x'.repeat(room) } });
    await agree({ ...KEY, v, filler: { S: 'x'.repeat(room + 1) } });
    expect(problemOf(JSON.stringify({ ...KEY, v, filler: { S: 'x'.repeat(room + 1) } }))).toBe(
      'the item has 409601 bytes, DynamoDB takes 409600',
    );
  });

  // Here the check holds to what AWS documents, and not to DynamoDB Local.
  describe('where DynamoDB Local differs from AWS', () => {
    test.each<[string, string, RegExp]>([
      [
        'a value with half of a surrogate pair, which is not UTF-8',
        '{"v":{"S":"\\ud800"}}',
        /v has half of a surrogate/,
      ],
      ['a key with one: two such keys are one', '{"id":{"S":"\\udfff"}}', /id has half of a surrogate pair/],
      ['a name with one', '{"v":{"M":{"\\ud800":{"S":"x"}}}}', /the name "\\ud800" has half/],
      ['a number that is none in JSON', '{"v":{"N":1}}', /v: 1 is not a number/],
      ['digits of other scripts', '{"v":{"N":"１"}}', /is not a number/],
      ['a boolean as text', '{"v":{"BOOL":"true"}}', /BOOL is neither true nor false/],
      ['NULL as text', '{"v":{"NULL":"true"}}', /NULL is not true/],
      ['base64 with a line break after it', '{"v":{"B":"YQ==\\n"}}', /B is not base64/],
    ])('it takes %s; the check does not', async (_, more, problem) => {
      const text = JSON.stringify({ ...KEY, ...JSON.parse(more) });
      expect(problemOf(text)).toMatch(problem);
      expect(await putRaw(client, table, text)).toBe('taken');
    });

    test('it fails on names beyond 50,000 bytes; the check takes 65,535, which AWS documents', () => {
      const named = (length: number) => JSON.stringify({ ...KEY, ['n'.repeat(length)]: { S: 'x' } });
      expect(problemOf(named(65_535))).toBeUndefined();
      expect(problemOf(named(65_536))).toMatch(/the name n+… has 65536 bytes, DynamoDB takes 65535/);
      const inMap = JSON.stringify({ ...KEY, v: { M: { ['é'.repeat(32_768)]: { NULL: true } } } });
      expect(problemOf(inMap)).toMatch(/the name v\.é+… has 65536 bytes/);
    });
  });
});

describe('what is as long as a line may be is checked without a wait or an overflow', () => {
  test.each<[string, string, RegExp]>([
    [
      '100,000 levels of lists',
      `{"id":{"S":"i"},"r":{"B":"cg=="},"v":${'{"L":['.repeat(1e5)}${']}'.repeat(1e5)}}`,
      /32 levels/,
    ],
    ['100,000 levels of plain lists', `{"id":"i","r":"r","v":${'['.repeat(1e5)}${']'.repeat(1e5)}}`, /32 levels/],
    ['binary of 8 MB', JSON.stringify({ ...KEY, v: { B: 'A'.repeat(8_000_000) } }), /the item has 6000006 bytes/],
    ['a number of 1,000,000 digits', JSON.stringify({ ...KEY, v: { N: '1'.repeat(1e6) } }), /1{200}… has more than 38/],
    [
      '1,000,000 digits that are no number',
      JSON.stringify({ ...KEY, v: { N: `${'1'.repeat(1e6)}x` } }),
      /not a number/,
    ],
  ])('%s', (_, text, problem) => {
    expect(problemOf(text)).toMatch(problem);
    expect(problemOf(text)?.length).toBeLessThan(500);
  });

  test('without a key to go by, a typed line with a bad value is not taken for plain JSON', () => {
    expect(parseLine('{"id":{"S":"i"},"v":{"NS":["1","1.0"]}}', undefined)).toEqual(
      new LineProblem('v: a set has two members of the same value'),
    );
  });
});

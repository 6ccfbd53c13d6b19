import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InvalidSelectionError } from '../../../src/backup/errors.ts';
import { matchesAll, parseItemFilter } from '../../../src/backup/select/item-filter.ts';
import { LineFilter } from '../../../src/backup/select/line-filter.ts';
import type { TypedItem, TypedValue } from '../../../src/items/typed-item.ts';

const ITEM: TypedItem = {
  granuleId: { S: 'G1' },
  status: { S: 'failed' },
  twelve: { S: '12' },
  empty: { S: '' },
  duration: { N: '12.50' },
  huge: { N: '12345678901234567890123456789012345678' },
  published: { BOOL: true },
  nothing: { NULL: true },
  'a.b': { S: 'dot' },
  error: { M: { Cause: { S: 'no "disk"' }, code: { N: '-3' } } },
  files: { L: [{ M: { bucket: { S: 'one' } } }, { M: { bucket: { S: 'two' } } }] },
  tags: { SS: ['x'] },
};

function matches(...filters: readonly string[]): boolean {
  return matchesAll(ITEM, filters.map(parseItemFilter));
}

describe('a filter', () => {
  test.each([
    'status=failed',
    'status!=completed',
    'missing!=completed',
    'status^=fai',
    'status>fail',
    'status<=failed',
    'duration=12.5',
    'duration=1.25e1',
    'duration=+012.500',
    'duration>=12.5',
    'duration<13',
    'duration>2',
    'huge>12345678901234567890123456789012345677',
    'huge<12345678901234567890123456789012345679',
    'twelve=12',
    'twelve="12"',
    'empty=""',
    'published=true',
    'published!=false',
    'nothing=null',
    'nothing?',
    'missing!?',
    'error?',
    'error.Cause?',
    'error.Other!?',
    'error.Cause="no \\"disk\\""',
    'error.code<0',
    'files.1.bucket=two',
    '"a.b"=dot',
    'tags?',
  ])('%s is met', (filter) => {
    expect(matches(filter)).toBe(true);
  });

  test.each([
    'status=Failed',
    'status="faile"',
    'missing=failed',
    'missing<1',
    'missing?',
    'status!?',
    'duration="12.50"',
    'duration=12.51',
    'duration>12.5',
    'duration^=12',
    'twelve>2x',
    'huge=12345678901234567890123456789012345679',
    'published="true"',
    'nothing!=null',
    'nothing="null"',
    'error.Cause.more?',
    'files.2.bucket?',
    'files.bucket?',
    'a.b?',
    'tags=x',
    '__proto__?',
    'constructor?',
  ])('%s is not met', (filter) => {
    expect(matches(filter)).toBe(false);
  });

  test('is met together with others only if all are', () => {
    expect(matches('status=failed', 'duration>12')).toBe(true);
    expect(matches('status=failed', 'duration>13')).toBe(false);
  });

  test.each([
    ['', 'a field’s name is missing'],
    ['=failed', 'a field’s name is missing'],
    ['status', 'no operator follows'],
    ['status failed', 'no operator follows'],
    ['status =failed', 'no operator follows'],
    ['status= failed', 'in quotes'],
    ['status=', 'an empty text is ""'],
    ['status="failed', 'not a text in double quotes'],
    ['status="a"b', 'not a text in double quotes'],
    ['error.=1', 'a field’s name is missing'],
    ['error?x', 'takes no value'],
    ['"a=1', 'a field’s name is missing'],
  ])('%j is refused with the reason', (text, problem) => {
    expect(() => parseItemFilter(text)).toThrow(InvalidSelectionError);
    expect(() => parseItemFilter(text)).toThrow(problem);
  });

  test('keeps a value with operators, quotes inside and spaces as it is', () => {
    expect(parseItemFilter('arn=a=b<c "d"')).toEqual({
      path: ['arn'],
      operator: '=',
      operand: { text: 'a=b<c "d"', isQuoted: false },
    });
  });

  test('compares numbers as exact decimals', () => {
    const decimal = fc.tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: -20, max: 20 }));
    fc.assert(
      fc.property(decimal, decimal, ([m, e], [n, f]) => {
        const [a, b] = [m * 10n ** BigInt(e + 20), n * 10n ** BigInt(f + 20)];
        const met = (operator: string) =>
          matchesAll({ x: { N: `${m}e${e}` } }, [parseItemFilter(`x${operator}${n}e${f}`)]);
        expect([met('<'), met('<='), met('='), met('!='), met('>='), met('>')]).toEqual([
          a < b,
          a <= b,
          a === b,
          a !== b,
          a >= b,
          a > b,
        ]);
      }),
    );
  });
});

describe('the look at the bytes of a line', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 4 }),
    fc.constantFrom('a/b', '12', 'true', 'null', '"', '\\', 'ä', '\ud800', '😀', 'aa'),
  );

  test('passes over no line whose item meets the filter, however the JSON is escaped', () => {
    fc.assert(
      fc.property(
        text,
        text,
        fc.constantFrom('=', '^='),
        fc.integer({ min: 0, max: 3 }),
        (value, wanted, operator, form) => {
          const values: readonly TypedValue[] = [{ S: value }, { N: '12.0' }, { BOOL: true }, { NULL: true }];
          const item: TypedItem = { x: values[form] as TypedValue };
          const filters = ['', '"'].flatMap((quote) => {
            const operand = quote === '' ? wanted : JSON.stringify(wanted);
            try {
              return [parseItemFilter(`x${operator}${operand}`)];
            } catch {
              return [];
            }
          });
          for (const filter of filters) {
            if (!matchesAll(item, [filter])) continue;
            for (const line of linesOf(item)) expect(new LineFilter([filter]).mayMatch(Buffer.from(line))).toBe(true);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('passes over lines without the text', () => {
    const filter = new LineFilter([parseItemFilter('status=failed')]);
    expect(filter.mayMatch(Buffer.from('{"status":{"S":"completed"}}'))).toBe(false);
    expect(filter.mayMatch(Buffer.from('{"status":{"S":"failed"}}'))).toBe(true);
  });
});

/** An item's JSON as different writers escape it. */
function linesOf(item: TypedItem): readonly string[] {
  const json = JSON.stringify(item);
  const all = json.replace(/[a-z]/g, (character) =>
    [...Array(character.length).keys()]
      .map((unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`)
      .join(''),
  );
  const ascii = json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return [json, json.replaceAll('/', '\\/'), ascii, ...(isSame(all, item) ? [all] : [])];
}

function isSame(json: string, item: TypedItem): boolean {
  try {
    return JSON.stringify(JSON.parse(json)) === JSON.stringify(item);
  } catch {
    return false;
  }
}

import { passes, type RecordFilter } from '@cumulus/models';
import { sizeOf } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HTTPException } from 'hono/http-exception';
import { bad } from '../../src/http/bad-parameter.ts';
import { parseQuery, type QueryFields } from '../../src/query/parse-query.ts';

const NAMES = ['status', 'collectionId', 'granuleId', 'duration', 'createdAt', 'error', 'error.Cause', 'note', 'key'];

const fields: QueryFields = {
  isExact: (field) => {
    if (!NAMES.includes(field)) throw bad('q', `names "${field}", which is no field`);
    return ['status', 'collectionId', 'granuleId', 'duration', 'createdAt'].includes(field);
  },
  valueOf: (_field, text) => text,
  except: ['key'],
};

const records = [
  { granuleId: 'MOD09GQ.A1', collectionId: 'A___1', status: 'failed', duration: 3, error: { Cause: 'It timed out' } },
  { granuleId: 'MOD09GQ.A2', collectionId: 'A___1', status: 'completed', duration: 30, note: 'AND then (ü)' },
  { granuleId: 'MYD13Q1.B1', collectionId: 'B___2', status: 'failed', duration: -5, key: 'hidden' },
  { granuleId: 'odd*id', collectionId: 'B___2', status: 'running', createdAt: '2020-02-02T10:00:00Z' },
];

function found(query: string): string {
  const filters = parseQuery(query, fields);
  return records.map((record, index) => (filters.every((filter) => passes(record, filter)) ? index : '')).join('');
}

describe('a query', () => {
  test.each([
    ['', '0123'],
    ['   ', '0123'],
    ['MOD09GQ', '01'],
    ['mod09gq', '01'],
    ['"MOD09GQ"', '01'],
    ['"It timed"', '0'],
    ['hidden', ''],
    ['hid*', ''],
    ['MOD09GQ AND status:failed', '0'],
    ['MOD09GQ && status:failed', '0'],
    ['_exists_:error AND status:failed', '0'],
    ['NOT _exists_:error', '123'],
    ['MOD09GQ.A1 MYD13Q1.B1', '02'],
    ['MOD09GQ.A1 OR MYD13Q1.B1', '02'],
    ['MOD09GQ.A1 || MYD13Q1.B1', '02'],
    ['status:failed -MOD09GQ', '2'],
    ['status:failed NOT MOD09GQ', '2'],
    ['status:failed AND NOT MOD09GQ', '2'],
    ['status:failed AND !MOD09GQ', '2'],
    ['-status:failed', '13'],
    ['+status:failed MYD13Q1', '02'],
    ['+status:failed +MYD13Q1', '2'],
    ['collectionId:B___2 OR (status:failed AND duration:3)', '023'],
    ['status:(failed OR running)', '023'],
    ['status:(failed running)', '023'],
    ['NOT status:(failed running)', '1'],
    ['status:"failed"', '02'],
    ['status:fail', ''],
    ['status:fail*', '02'],
    ['status:F?iled', '02'],
    ['granuleId:M*.?1', '02'],
    ['granuleId:odd\\*id', '3'],
    ['granuleId:o*\\*id', '3'],
    ['*9GQ.A?', '01'],
    ['*', '0123'],
    ['*:*', '0123'],
    ['error:*', '0'],
    ['error:timed', '0'],
    ['error.Cause:OUT', '0'],
    ['error.Cause:"timed out"', '0'],
    ['error.Cause:time', ''],
    ['note:ü', '1'],
    ['"AND then"', '1'],
    ['\\(ü\\)', '1'],
    ['duration:[3 TO 30]', '01'],
    ['duration:{3 TO 30]', '1'],
    ['duration:[3 TO 30}', '0'],
    ['duration:[* TO 3]', '02'],
    ['duration:["-5" TO "3"]', '02'],
    ['duration:>3', '1'],
    ['duration:>=3', '01'],
    ['duration:<3', '2'],
    ['duration:<=3', '02'],
    ['duration:-5', '2'],
    ['createdAt:2020-02-02T10:00:00Z', '3'],
    ['createdAt:[2020-01-01 TO 2020-03-01T00:00:00Z]', '3'],
    ['createdAt:>2020-03-01T00:00:00Z', ''],
  ])('%j finds what Lucene would', (query, expected) => {
    expect(found(query)).toBe(expected);
  });

  test.each([
    ['nothing:x', 'names "nothing"'],
    ['_exists_:nothing', 'names "nothing"'],
    ['_missing_:error', 'names "_missing_"'],
    ['arn:aws', 'names "arn"'],
    ['arn:aws:states', 'has a colon too many in "aws:states"'],
    ['status:aws:states', 'has a colon too many in "aws:states". Put a value with colons in quotation marks'],
    ['failed~', 'does not support "~"'],
    ['failed^2', 'does not support "^"'],
    ['"a b"~3', 'does not support "~"'],
    ['/ab+/', 'does not support regular expressions: "/ab+/"'],
    ['status:/ab/', 'does not support regular expressions'],
    ['"open', 'has no end of the quotation'],
    ['(a', 'has no closing bracket'],
    ['a)', 'has a closing bracket too many'],
    ['()', 'has ")" where a word is missing'],
    ['AND', 'has "AND" where a word is missing'],
    ['a AND', 'ends where a word is missing'],
    ['a OR OR b', 'has "OR" where a word is missing'],
    ['status:', 'ends where a word is missing'],
    ['status: AND a', 'has "AND" where a word is missing'],
    ['[1 TO 2]', 'takes ranges only so'],
    ['duration:[1 2]', 'takes ranges only so'],
    ['status:(a error:b)', 'names the field error within the brackets of status'],
    ['_exists_:*', 'takes a field after _exists_:'],
    ['{', 'takes ranges only so'],
    [']', 'cannot be understood from "]" on'],
    ['a\\', 'cannot be understood from "\\" on'],
    [`${'('.repeat(30)}a${')'.repeat(30)}`, 'has more than 20 brackets in one another'],
    ['a'.repeat(1_001), 'has at most 1000 characters'],
  ])('%j is refused by name', (query, message) => {
    expect(() => parseQuery(query, fields)).toThrow(HTTPException);
    expect(() => parseQuery(query, fields)).toThrow(`The parameter q ${message}`);
  });

  test('of any text is understood or refused, in time that does not explode', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'AND',
        'OR',
        'NOT',
        '(',
        ')',
        '"',
        '*',
        '?',
        '\\',
        '[',
        ']',
        ' TO ',
        ':',
        '+',
        '-',
        '~',
        ' ',
        '&&',
      ),
      fc.constantFrom('status', 'duration', 'failed', '3', '_exists_', '__proto__', 'constructor'),
      fc.string({ unit: 'grapheme', maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        let filters: readonly RecordFilter[] = [];
        try {
          filters = parseQuery(pieces.join(''), fields);
        } catch (error) {
          expect(error).toBeInstanceOf(HTTPException);
        }
        for (const record of records) for (const filter of filters) passes(record, filter);
      }),
      { numRuns: sizeOf({ usual: 400, whole: 2_000 }) },
    );
    const text = { granuleId: 'a'.repeat(100_000) };
    const [filter] = parseQuery(`${'*a'.repeat(400)}b`, fields);
    expect(passes(text, filter as RecordFilter)).toBe(false);
  });
});

import { describe, expect, test } from '@jest/globals';
import { InvalidSelectionError } from '../../../src/backup/errors.ts';
import { parseKey } from '../../../src/backup/select/parse-key.ts';
import type { KeySchema } from '../../../src/tables/schema.ts';

const ONE: KeySchema = { hash: { name: 'granuleId', type: 'S' } };
const TWO: KeySchema = { hash: { name: 'bucket', type: 'S' }, range: { name: 'key', type: 'S' } };
const NUMBER: KeySchema = { hash: { name: 'id', type: 'N' } };

describe('a key', () => {
  test.each<[string, KeySchema, object]>([
    ['granuleId=G1', ONE, { granuleId: { S: 'G1' } }],
    ['granuleId=a=b,c', ONE, { granuleId: { S: 'a=b,c' } }],
    ['bucket=archive,key=a/b,c=d.hdf', TWO, { bucket: { S: 'archive' }, key: { S: 'a/b,c=d.hdf' } }],
    ['{"bucket":"a","key":"b"}', TWO, { bucket: { S: 'a' }, key: { S: 'b' } }],
    ['{"key":{"S":"b"},"bucket":{"S":"a"},"size":{"N":"1"}}', TWO, { bucket: { S: 'a' }, key: { S: 'b' } }],
    ['id=12345678901234567890', NUMBER, { id: { N: '12345678901234567890' } }],
    ['{"id":12345678901234567890}', NUMBER, { id: { N: '12345678901234567890' } }],
  ])('%s is read by the key of the table', (text, schema, key) => {
    expect(parseKey(text, schema)).toEqual(key);
  });

  test.each<[string, KeySchema, string]>([
    ['G1', ONE, 'does not begin with granuleId='],
    ['granuleId=', ONE, 'is empty'],
    ['other=G1', ONE, 'does not begin'],
    ['bucket=archive', TWO, 'lacks ,key='],
    ['bucket=a,key=b,key=c', TWO, 'comes twice'],
    ['id=x', NUMBER, 'is a number'],
    ['{"granuleId":1}', ONE, 'is of type N instead of S'],
    ['{"other":"x"}', ONE, 'its key is granuleId (HASH, S)'],
    ['{', ONE, 'not JSON'],
  ])('%s is refused with the reason', (text, schema, problem) => {
    expect(() => parseKey(text, schema)).toThrow(InvalidSelectionError);
    expect(() => parseKey(text, schema)).toThrow(problem);
  });
});

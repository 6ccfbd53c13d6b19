import { describe, expect, test } from '@jest/globals';
import { countPointers, pointersIn } from '../../../src/backup/format/s3-pointers.ts';
import type { TypedValue } from '../../../src/items/typed-item.ts';

function pointer(key: string, first: 'Bucket' | 'Key' | 'TargetPath' = 'Bucket'): TypedValue {
  const fields = { Bucket: { S: 'b' }, Key: { S: key }, TargetPath: { S: '$' } };
  const { [first]: begin, ...others } = fields;
  return { M: { replace: { M: { [first]: begin, ...others } } } };
}

const linesOf = (...items: readonly unknown[]): Buffer =>
  Buffer.from(items.map((item) => `${JSON.stringify(item)}\n`).join(''));
const keysIn = (lines: Uint8Array): readonly string[] => [...pointersIn(lines)].map(({ key }) => key);

describe('pointersIn', () => {
  test('finds every pointer of every line, in whatever order its fields are, however deep it lies', () => {
    const lines = linesOf(
      { arn: { S: '1' }, originalPayload: pointer('a'), finalPayload: pointer('b', 'Key') },
      { arn: { S: '2' }, name: { S: 'Bucket' } },
      { arn: { S: '3' }, error: { L: [{ S: 'x' }, pointer('c', 'TargetPath')] } },
    );
    expect([...pointersIn(lines)]).toEqual(['a', 'b', 'c'].map((key) => ({ bucket: 'b', key })));
    expect(countPointers(lines)).toBe(3);
  });

  test('finds none in what only looks like one', () => {
    const text = JSON.stringify({ M: { replace: { M: { Bucket: { S: 'b' }, Key: { S: 'k' } } } } });
    const lines = linesOf(
      { arn: { S: '1' }, text: { S: text }, Bucket: { S: '"replace":{"M":{' } },
      { arn: { S: '2' }, replace: { M: { Bucket: { S: 'b' } } } },
      { arn: { S: '3' }, replace: { M: { Bucket: { N: '1' }, Key: { S: 'k' } } } },
      { arn: { S: '4' }, replace: { S: 'Bucket' } },
    );
    expect(keysIn(lines)).toEqual([]);
  });

  test('takes a view into memory with more beside it, and a last line without a line break', () => {
    const lines = linesOf({ payload: pointer('é'.repeat(3)) });
    const around = Buffer.concat([linesOf({ payload: pointer('before') }), lines, Buffer.from('{"Bucket')]);
    const begin = around.length - lines.length - '{"Bucket'.length;
    expect(keysIn(around.subarray(begin, begin + lines.length))).toEqual(['ééé']);
    expect(keysIn(lines.subarray(0, -1))).toEqual(['ééé']);
    expect(keysIn(Buffer.alloc(0))).toEqual([]);
  });
});

import { expect, test } from '@jest/globals';
import { pick } from '../../src/lists/pick.ts';

const RECORD = {
  granuleId: 'G1',
  status: 'failed',
  error: { Error: 'Timeout', Cause: 'late', deep: { er: 1 } },
  files: [{ bucket: 'a', key: '1', size: 5 }, { bucket: 'b', key: '2' }, 'odd', null],
  created: { at: 1 },
  createdAt: 2,
  none: null,
};

test.each([
  [[], {}],
  [['granuleId'], { granuleId: 'G1' }],
  [['status', 'granuleId', 'status'], { status: 'failed', granuleId: 'G1' }],
  [['error.Error'], { error: { Error: 'Timeout' } }],
  [['error.Cause', 'error'], { error: RECORD.error }],
  [['error.deep.er', 'error.Error'], { error: { deep: { er: 1 }, Error: 'Timeout' } }],
  // A list stays a list, whose members have what was asked for, as in earlier releases.
  [
    ['files.bucket', 'files.key'],
    {
      files: [
        { bucket: 'a', key: '1' },
        { bucket: 'b', key: '2' },
      ],
    },
  ],
  [['files.size'], { files: [{ size: 5 }] }],
  [['files'], { files: RECORD.files }],
  [['files.0.bucket', 'files.none'], {}],
  [['none', 'none.of'], { none: null }],
  [['status.of', 'huh', '', '.', '__proto__', 'constructor', 'error.toString'], {}],
  [['*'], RECORD],
  [['created*'], { created: { at: 1 }, createdAt: 2 }],
  [['*Id', 'st*us'], { granuleId: 'G1', status: 'failed' }],
  [['err*.*r*'], { error: { Error: 'Timeout' } }],
  [
    ['files.*e*'],
    {
      files: [
        { bucket: 'a', key: '1', size: 5 },
        { bucket: 'b', key: '2' },
      ],
    },
  ],
  [['g*granuleId', 'granuleId*granuleId', '**tatus'], { status: 'failed' }],
] as const)('of the fields %j of a record are shown: %j', (fields, expected) => {
  const picked = pick(RECORD, fields);
  expect(picked).toEqual(expected);
  expect(Object.keys(picked)).toEqual(Object.keys(expected));
});

test('a field may be called __proto__', () => {
  const record = JSON.parse('{"meta":{"__proto__":{"a":1},"b":2}}');
  expect(JSON.stringify(pick(record, ['meta.__proto__']))).toBe('{"meta":{"__proto__":{"a":1}}}');
});

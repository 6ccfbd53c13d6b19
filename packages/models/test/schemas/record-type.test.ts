import { NumberValueImpl as NumberValue } from '@aws-sdk/util-dynamodb';
import { TABLE_DEFINITIONS, TABLE_NAMES } from '@cumulus/dynamodb/tables';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RECORD_TYPES } from '../../src/schemas/record-type.ts';
import { isRecordType, recordTypes } from '../../src/schemas/record-types.ts';
import { isStorableName, violationsOfStorage } from '../../src/schemas/storage-limits.ts';
import { check, checkChanges, examples } from './examples.ts';

/** Names as requests may hold them, the odd ones more often than chance would. */
const anyName = fc.oneof(
  fc.string(),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'a.b',
    'a[0]',
    'a b',
    '',
    '#n',
    ':v',
    'size',
  ),
);

/** Any value that DynamoDB holds and the SDK does not alter. */
const anyStorable = fc.jsonValue().filter((value) => violationsOfStorage({ value }).length === 0);

/** An object with one more field of its own, also one named __proto__. */
function withField(record: object, field: string, value: unknown): { readonly [field: string]: unknown } {
  return Object.defineProperty({ ...record }, field, { value, enumerable: true, configurable: true, writable: true });
}

describe.each(RECORD_TYPES)('a %s', (name) => {
  const type = recordTypes[name];
  const example = examples[name];

  test('has its name, and the table and key of the table definitions', () => {
    const { hashKey, rangeKey } = TABLE_DEFINITIONS.find((definition) => definition.name === type.table) ?? {};
    expect([type.name, type.key]).toEqual([name, rangeKey === undefined ? [hashKey] : [hashKey, rangeKey]]);
  });

  test('is refused for any unknown field, which is named; not if the table holds it, and its value is kept', async () => {
    await fc.assert(
      fc.asyncProperty(anyName, anyStorable, async (field, value) => {
        fc.pre(!type.fields.includes(field));
        const record = withField(example, field, value);
        const path = /^$|[.[\]"\s\p{Cc}]/u.test(field) ? `[${JSON.stringify(field)}]` : field;
        const unknown = [{ path, message: 'is not a known field' }];
        // What DynamoDB refuses as well is named once.
        expect((await check(name, record)).violations).toEqual(unknown);
        expect((await check(name, record, example)).violations).toEqual(unknown);
        expect((await checkChanges(name, withField({}, field, value))).violations).toEqual(unknown);
        expect((await checkChanges(name, {}, [field])).violations).toEqual(unknown);

        if (!isStorableName(field)) return;
        const stored = withField(example, field, 'stored');
        const allowed = await check(name, record, stored);
        expect(allowed.violations).toEqual([]);
        expect(Object.getOwnPropertyDescriptor(allowed.record, field)?.value).toBe(value);
        expect((await checkChanges(name, withField({}, field, value), [], stored)).violations).toEqual([]);
        expect((await checkChanges(name, {}, [field], stored)).violations).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  test('all unknown fields are named at once, each by itself', async () => {
    const { violations } = await check(name, { ...example, oneMore: 1, another: 2 });
    expect(violations.map(({ path }) => path).sort()).toEqual(['another', 'oneMore']);
  });

  test.each([null, undefined, 'text', 1, []])('is no %j', async (value) => {
    expect((await check(name, value)).violations).toEqual([{ path: '', message: 'must be an object' }]);
  });

  test('may leave createdAt and updatedAt to the model', async () => {
    expect(type.hasTimes).toBe(name !== 'semaphore');
    expect((await check(name, example)).violations).toEqual([]);
    if (type.hasTimes) expect((await check(name, { ...example, createdAt: 1, updatedAt: 2 })).violations).toEqual([]);
  });

  test('keeps its key, its times and its required fields', async () => {
    const times = type.hasTimes ? ['createdAt', 'updatedAt'] : [];
    for (const field of [...Object.keys(example), ...times]) {
      expect((await checkChanges(name, {}, [field])).violations.map(({ path }) => path)).toEqual([field]);
    }
    for (const field of type.key) {
      expect((await checkChanges(name, { [field]: example[field] })).violations).toEqual([
        { path: field, message: 'is part of the key, which cannot be changed' },
      ]);
    }
  });

  test('is as it was after a check', async () => {
    const frozen = Object.freeze({ ...example });
    expect((await check(name, frozen)).record).not.toBe(frozen);
    expect(frozen).toEqual(example);
  });
});

test('each table has one type of records', () => {
  expect(RECORD_TYPES.map((name) => recordTypes[name].table).sort()).toEqual([...TABLE_NAMES].sort());
  expect(Object.keys(recordTypes)).toEqual([...RECORD_TYPES]);
});

test('a record type is found by its name', () => {
  expect(RECORD_TYPES.every(isRecordType)).toBe(true);
  expect(['granules', '', 'toString', '__proto__'].some(isRecordType)).toBe(false);
});

describe('defaults', () => {
  test('stand for what is absent or undefined', async () => {
    const absent = { provider_path: '', duplicateHandling: 'error', reportToEms: true };
    expect((await check('collection', examples.collection)).record).toEqual({ ...examples.collection, ...absent });
    expect((await check('collection', { ...examples.collection, reportToEms: undefined })).record['reportToEms']).toBe(
      true,
    );
    expect((await check('provider', examples.provider)).record).toEqual({
      ...examples.provider,
      globalConnectionLimit: 10,
      protocol: 'http',
    });
    expect((await check('granule', examples.granule)).record).toEqual({ ...examples.granule, published: false });
  });

  test('leave what is given', async () => {
    const given = { ...examples.collection, provider_path: 'a', duplicateHandling: 'skip', reportToEms: false };
    expect((await check('collection', given)).record).toEqual(given);
  });

  test('are not filled in where single fields are changed', async () => {
    expect(await checkChanges('provider', { host: 'other' })).toEqual({ changes: { host: 'other' }, violations: [] });
  });

  test('cannot be removed', async () => {
    expect((await checkChanges('granule', {}, ['published', 'cmrLink'])).violations).toEqual([
      { path: 'published', message: 'cannot be removed: every granule has it' },
    ]);
  });
});

describe('changes of single fields', () => {
  test('are checked as far as they go', async () => {
    expect((await checkChanges('granule', { status: 'done', files: [{ size: 'big' }] })).violations).toEqual([
      { path: 'status', message: expect.stringContaining('"running"') },
      { path: 'files[0].size', message: expect.stringContaining('number') },
    ]);
    expect((await checkChanges('granule', { status: 'failed' }, ['cmrLink', 'provider'])).violations).toEqual([]);
  });
});

describe('unknown fields within fields', () => {
  const rule = { ...examples.rule, rule: { type: 'onetime', payload: 'x' } };
  const granule = { ...examples.granule, files: [{ key: 'a' }, { key: 'b', url: 'u', 'a.b': 1 }] };

  test('are named by their paths', async () => {
    expect((await check('rule', rule)).violations).toEqual([{ path: 'rule.payload', message: 'is not a known field' }]);
    expect((await check('granule', granule)).violations.map(({ path }) => path)).toEqual([
      'files[1].url',
      'files[1]["a.b"]',
    ]);
  });

  test('are allowed where the table holds them, in lists at any place', async () => {
    expect((await check('rule', rule, rule)).violations).toEqual([]);
    const stored = { ...granule, files: [{ url: 'v', 'a.b': 2 }] };
    expect((await check('granule', granule, stored)).violations).toEqual([]);
    expect((await check('granule', granule, { ...granule, files: [{ 'a.b': 2 }] })).violations).toEqual([
      { path: 'files[1].url', message: 'is not a known field' },
    ]);
  });
});

test('free fields hold any values, which come out as they went in', async () => {
  const originalPayload = {
    big: 12345678901234567890n,
    long: NumberValue.from('0.12345678901234567890123'),
    none: null,
  };
  const meta = JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}');
  expect(await check('execution', { ...examples.execution, originalPayload })).toEqual({
    record: { ...examples.execution, originalPayload },
    violations: [],
  });
  expect((await check('execution', { ...examples.execution, originalPayload })).record['originalPayload']).toBe(
    originalPayload,
  );
  expect((await check('rule', { ...examples.rule, meta })).record['meta']).toBe(meta);
});

test('no message repeats a secret', async () => {
  const secret = { toString: () => 'hunter2', value: 'hunter2' };
  const { violations } = await check('provider', {
    ...examples.provider,
    username: secret,
    password: ['hunter2'],
    port: 0,
  });
  expect(violations.map(({ path }) => path).sort()).toEqual(['password', 'port', 'username']);
  expect(JSON.stringify(violations)).not.toContain('hunter2');
});

import { marshall, NumberValueImpl as NumberValue, unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fromAttributes, toAttributes } from '../../../src/items/plain/attribute-values.ts';

/** The SDK loses a member called so. */
const names = fc.string().filter((name) => name !== '__proto__');

/** All that the SDK converts, nested in lists and objects. */
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string({ unit: 'binary' }),
    fc.boolean(),
    fc.constant(null),
    fc.constant(undefined),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
    fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }),
    fc.constantFrom('1e100', '0.12345678901234567890').map((text) => NumberValue.from(text)),
    fc.uint8Array(),
    fc.uniqueArray(fc.string(), { minLength: 1 }).map((members) => new Set(members)),
    fc.uniqueArray(fc.maxSafeInteger(), { minLength: 1 }).map((members) => new Set(members)),
    fc.array(fc.uint8Array(), { minLength: 1, maxLength: 3 }).map((members) => new Set(members)),
    fc.constant(() => 'a function'),
    fc.array(tie('value')),
    fc.dictionary(names, tie('value')),
  ),
}));

const items = fc.dictionary(names, values.value);

/** Binary values compare by their bytes, whatever class they are of. */
function withoutClasses(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (value instanceof Set) return { members: [...value].map(withoutClasses) };
  if (Array.isArray(value)) return value.map(withoutClasses);
  if (typeof value !== 'object' || value === null || value instanceof NumberValue) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutClasses(member)]));
}

describe('an item', () => {
  test('is sent as the SDK converts it', () => {
    fc.assert(
      fc.property(items, (item) => {
        const expected = marshall(item, { removeUndefinedValues: true });
        expect(withoutClasses(toAttributes(item))).toEqual(withoutClasses(expected));
      }),
    );
  });

  test('is read as the SDK converts it, from what the SDK received and from the JSON that DynamoDB sent', () => {
    fc.assert(
      fc.property(items, (item) => {
        const attributes = toAttributes(item);
        const expected = withoutClasses(unmarshall(attributes, { wrapNumbers: exact }));
        expect(withoutClasses(fromAttributes(attributes))).toEqual(expected);
        expect(withoutClasses(fromAttributes(JSON.parse(JSON.stringify(attributes))))).toEqual(expected);
      }),
    );
  });

  test.each([
    ['Infinity', { value: Number.POSITIVE_INFINITY }],
    ['NaN', { value: Number.NaN }],
    ['a number beyond those that JavaScript holds exactly', { value: 2 ** 60 }],
    ['an instance of a class', { value: [new Date(0)] }],
    ['an empty set', { value: { of: new Set() } }],
  ])('is refused with %s', (_, item) => {
    expect(() => toAttributes(item)).toThrow();
    expect(() => marshall(item, { removeUndefinedValues: true })).toThrow();
  });

  test('has no member called __proto__, and no other prototype by it', () => {
    const attributes = JSON.parse('{"a":{"S":"1"},"__proto__":{"M":{"b":{"S":"2"}}}}');
    const item = fromAttributes(attributes);
    expect(Object.keys(item)).toEqual(['a']);
    expect(Object.getPrototypeOf(item)).toBe(Object.prototype);
  });

  test('of no known type is an error', () => {
    expect(() => fromAttributes({ a: {} as never })).toThrow(TypeError);
  });
});

/** As {@link fromAttributes} reads numbers: its own test is that they keep their digits. */
function exact(text: string): unknown {
  return fromAttributes({ number: { N: text } })['number'];
}

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalNumber } from '../../src/items/decimal-number.ts';
import { canonicalItem, fromSdkItem } from '../../src/items/typed-item.ts';
import { problemOfValue } from '../../src/items/value-limits.ts';

describe('canonicalNumber', () => {
  test.each([
    ['1.50', '15e-1'],
    ['+01.5', '15e-1'],
    ['15e-1', '15e-1'],
    ['150E-2', '15e-1'],
    ['-0.0', '0'],
    ['0e12', '0'],
    ['100', '1e2'],
    ['.5', '5e-1'],
    ['123456789012345678901234567890.12345678', '12345678901234567890123456789012345678e-8'],
  ])('%s is %s by its value', (number, canonical) => {
    expect(canonicalNumber(number)).toBe(canonical);
  });

  test('a number keeps its value whatever way it is written', () => {
    const digits = fc
      .array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 38 })
      .map((list) => list.join(''));
    fc.assert(
      fc.property(digits, fc.integer({ min: 0, max: 37 }), fc.integer({ min: -60, max: 60 }), (text, point, power) => {
        const cut = Math.min(point, text.length);
        const written = `${text.slice(0, cut)}.${text.slice(cut)}e${power}`;
        const shifted = `${text}e${power - (text.length - cut)}`;
        if (text.slice(0, cut) === '' && text.slice(cut) === '') return;
        expect(canonicalNumber(written)).toBe(canonicalNumber(shifted));
      }),
    );
  });
});

describe('canonicalItem', () => {
  test('the order of attributes, map keys and set members does not count', () => {
    expect(canonicalItem({ a: { SS: ['x', 'y'] }, b: { M: { p: { N: '1' }, q: { NULL: true } } } })).toBe(
      canonicalItem({ b: { M: { q: { NULL: true }, p: { N: '1.0' } } }, a: { SS: ['y', 'x'] } }),
    );
  });

  test('the order of a list counts', () => {
    expect(canonicalItem({ a: { L: [{ S: 'x' }, { S: 'y' }] } })).not.toBe(
      canonicalItem({ a: { L: [{ S: 'y' }, { S: 'x' }] } }),
    );
  });

  test('values of different types are never equal', () => {
    const values = [{ S: '1' }, { N: '1' }, { B: 'MQ==' }, { SS: ['1'] }, { NS: ['1'] }, { BS: ['MQ=='] }] as const;
    const texts = values.map((value) => canonicalItem({ a: value }));
    expect(new Set(texts).size).toBe(values.length);
  });

  test('binary counts by its bytes: base64 has several texts for the same', () => {
    expect(canonicalItem({ a: { B: 'AAEC+v8=' } })).toBe(canonicalItem({ a: { B: 'AAEC+v9=' } }));
  });
});

describe('problemOfValue', () => {
  test.each<[string, unknown]>([
    ['a plain string', 'x'],
    ['no type', {}],
    ['two types', { S: 'x', N: '1' }],
    ['an unknown type', { X: 'x' }],
    ['a number that is none', { N: '1,5' }],
    ['a JSON number', { N: 1 }],
    ['more than 38 digits', { N: '123456789012345678901234567890123456789' }],
    ['a number beyond the range', { N: '1e126' }],
    ['base64 of a wrong length', { B: 'AAE' }],
    ['an empty set', { SS: [] }],
    ['a set with a member twice', { SS: ['a', 'a'] }],
    ['a NULL that is false', { NULL: false }],
    ['a list with a bad member', { L: [{ S: 'x' }, 'y'] }],
    ['a map with a bad member', { M: { a: { N: '' } } }],
  ])('%s is refused, named by its path', (_, value) => {
    expect(problemOfValue(value, 'attribute')).toMatch(/^attribute/);
  });

  test.each<[string, unknown]>([
    ['an empty string', { S: '' }],
    ['empty binary', { B: '' }],
    ['38 digits', { N: '-12345678901234567890123456789012345678' }],
    ['the smallest number', { N: '1e-130' }],
    ['the largest number', { N: '9.9999999999999999999999999999999999999E+125' }],
    ['an empty list', { L: [] }],
    ['an empty map', { M: {} }],
    ['a map whose only key is S', { M: { S: { S: 'x' } } }],
  ])('%s is taken', (_, value) => {
    expect(problemOfValue(value, 'attribute')).toBeUndefined();
  });
});

test('an item of the SDK becomes typed JSON with its binary values as base64', () => {
  expect(
    fromSdkItem({
      a: { B: Uint8Array.of(0, 255) },
      b: { L: [{ BS: [Uint8Array.of(1)] }] },
      c: { M: { d: { N: '1' } } },
    }),
  ).toEqual({ a: { B: 'AP8=' }, b: { L: [{ BS: ['AQ=='] }] }, c: { M: { d: { N: '1' } } } });
});

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { expirationInSeconds } from '../../src/schemas/access-token.ts';

test.each([
  [4102444800, 4102444800],
  [4102444800000, 4102444800],
  [1577836800999, 1577836800],
  [1577836800.5, 1577836800],
  [0, 0],
])('an expirationTime of %d is %d seconds', (value, seconds) => expect(expirationInSeconds(value)).toBe(seconds));

test('any time from 1980 to 2200 is the same in both units', () => {
  fc.assert(
    fc.property(fc.integer({ min: 315_532_800, max: 7_258_118_400 }), (seconds) => {
      expect(expirationInSeconds(seconds)).toBe(seconds);
      expect(expirationInSeconds(seconds * 1000)).toBe(seconds);
    }),
  );
});

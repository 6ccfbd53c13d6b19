import { describe, expect, test } from '@jest/globals';
import { EndlessSearchError, firstMatch } from '../../src/schemas/bounded-regex.ts';

describe('a search that is bounded', () => {
  test.each([
    ['^(M..)\\.(\\d+)', 'MOD.123.hdf', ['MOD.123', 'MOD', '123']],
    ['b|(a)', 'b', ['b', undefined]],
    ['^x+$', 'y', undefined],
  ])('%s', (source, text, found) => {
    expect(firstMatch(source, text)).toEqual(found);
  });

  test('ends', () => {
    expect(() => firstMatch('^(a+)+$', `${'a'.repeat(40)}!`)).toThrow(EndlessSearchError);
    expect(() => firstMatch('(', '')).toThrow(SyntaxError);
  });
});

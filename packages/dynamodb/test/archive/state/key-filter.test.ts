import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { KeyFilter } from '../../../src/archive/state/key-filter.ts';

test('has every key that was added, however many', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.integer({ min: 0, max: 100 }), (keys, expected) => {
      const filter = new KeyFilter(expected);
      for (const key of keys) filter.add(key);
      expect(keys.every((key) => filter.mayHave(key))).toBe(true);
      expect(filter.isEmpty).toBe(keys.length === 0);
    }),
  );
});

test('has few keys that were not added', () => {
  const filter = new KeyFilter(10_000);
  for (let number = 0; number < 10_000; number += 1) filter.add(`{"S":"granule-${number}"}`);
  let wrong = 0;
  for (let number = 10_000; number < 20_000; number += 1) if (filter.mayHave(`{"S":"granule-${number}"}`)) wrong += 1;
  expect(wrong).toBeLessThan(300);
});

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PageTrail } from '../../src/aws/page-trail.ts';

test('pages that go round in a circle end within three rounds, wherever it begins', () => {
  fc.assert(
    fc.property(fc.nat({ max: 300 }), fc.integer({ min: 1, max: 300 }), (before, length) => {
      const trail = new PageTrail<string>('The list');
      let pages = 0;
      const tokenOf = (page: number): string => String(page < before ? page : before + ((page - before) % length));
      expect(() => {
        for (; ; pages += 1) trail.step(tokenOf(pages));
      }).toThrow('its pages go round in a circle');
      expect(pages).toBeLessThanOrEqual(3 * (before + length) + 2);
    }),
  );
});

test('pages of which none comes again are all taken, and the last has no token', () => {
  const trail = new PageTrail<string>('The list');
  const tokens = Array.from({ length: 10_000 }, (_, page) => `token-${page}`);
  expect(tokens.map((token) => trail.step(token))).toEqual(tokens);
  expect(trail.step(undefined)).toBeUndefined();
});

import { expect, test } from '@jest/globals';
import { granuleFileOf } from '../../src/messages/granule-file.ts';
import { providerUrlOf } from '../../src/messages/provider-url.ts';

test.each([
  ['/a/b/', 'https://h/a/b/f'],
  ['a//b', 'https://h/a//b/f'],
  ['///', 'https://h/f'],
])('the path %s of a file is put between its provider and its name', (path, source) => {
  expect(granuleFileOf({ name: 'f', path }, 'https://h')).toMatchObject({ source });
});

test('many slashes in the middle of a path take no longer than other characters', () => {
  const middle = `a${'/'.repeat(240_000)}b`;
  expect(granuleFileOf({ name: 'f', path: middle }, 'https://h').source).toBe(`https://h/${middle}/f`);
  expect(providerUrlOf({ id: 'p', protocol: 'https', host: `h/${middle}//` })).toBe(`https://h/${middle}`);
});

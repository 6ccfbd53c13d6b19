import { sizeOf } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EndlessSearchError, ExpressionSearch } from '../../src/expressions/expression-search.ts';
import { linearExpression } from '../../src/expressions/linear-expression.ts';

const RUNS = sizeOf({ usual: 150, whole: 1_000 });

/** Expressions of the shapes that collections hold, and odder ones, for subjects of a few characters. */
const { expression } = fc.letrec<{ expression: string; sequence: string; piece: string; atom: string }>((tie) => ({
  expression: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map((sequences) => sequences.join('|')),
  sequence: fc.array(tie('piece'), { maxLength: 4 }).map((pieces) => pieces.join('')),
  piece: fc.oneof(
    { weight: 3, arbitrary: tie('atom') },
    fc
      .tuple(tie('atom'), fc.constantFrom('*', '+', '?', '{2}', '{0,2}', '{1,}', '*?', '+?', '??', '{0}'))
      .map(([atom, often]) => atom + often),
    fc.constantFrom('^', '$', '\\b', '\\B'),
  ),
  atom: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(
      ...'aA1-_/',
      '.',
      '\\d',
      '\\D',
      '\\s',
      '\\S',
      '\\w',
      '\\W',
      '\\.',
      '\\/',
      '\\-',
      '\\_',
      '\\a',
      '\\z',
      '\\Q',
    ),
    fc.constantFrom(
      '\\x41',
      '\\u0061',
      '\\cJ',
      '\\n',
      '\\v',
      '\\0',
      '\\u{2}',
      '\\k',
      '\\p',
      'é',
      '{',
      '}',
      ']',
      'a{,2}',
      '\\x4',
      '\\8',
    ),
    fc.constantFrom(
      '[a1]',
      '[^a]',
      '[\\d_]',
      '[^\\W]',
      '[\\s\\S]',
      '[a-z-]',
      '[]',
      '[^]',
      '[[:alpha:]]',
      '[\\b]',
      '[a\\-z]',
      '[\\w-]',
      '[.]',
    ),
    tie('expression').map((inner) => `(${inner})`),
    tie('expression').map((inner) => `(?:${inner})`),
    tie('expression').map((inner) => `(?<n${inner.length}>${inner})`),
  ),
}));

const subject = fc
  .array(fc.constantFrom(...'aAz1-_/. \n\r\t\v\f{}],248QZ:[', '\u0000'), { maxLength: 8 })
  .map((characters) => characters.join(''));

function isValid(source: string): boolean {
  try {
    return new RegExp(source) !== undefined;
  } catch {
    return false;
  }
}

describe('what RE2 is given', () => {
  test('matches as JavaScript does, and captures as it does where that is said', async () => {
    let captured = 0;
    await fc.assert(
      fc.asyncProperty(
        expression.filter(isValid),
        fc.array(subject, { minLength: 3, maxLength: 3 }),
        async (source, texts) => {
          const linear = linearExpression(source);
          fc.pre(linear !== undefined);
          const search = new ExpressionSearch();
          for (const text of texts) {
            const found = new RegExp(source).exec(text);
            expect([source, text, await search.matches(source, text)]).toEqual([source, text, found !== null]);
            if (!linear?.capturesAlike) continue;
            captured += 1;
            expect([source, text, await search.firstGroup(source, text)]).toEqual([
              source,
              text,
              found === null ? null : found[1],
            ]);
          }
        },
      ),
      { numRuns: RUNS },
    );
    expect(captured).toBeGreaterThan(RUNS / 10);
  });

  test.each([
    '^MOD09GQ\\.A[\\d]{7}\\.[\\S]{6}\\.006\\.[\\d]{13}$',
    '(MOD09GQ\\.(.*))\\.hdf',
    '^(.*)(?:_1\\.jpg|\\.cmr\\.(?:xml|json))$',
    '^[A-Z0-9]+(?:[_-][0-9]+)*\\.h5(\\.md5)?$',
    '(?<id>S[12]_SAR_(\\w+)\\.zip)',
  ])('is %s, and its groups', (source) => {
    expect(linearExpression(source)?.capturesAlike).toBe(true);
  });

  test.each(['^(?!BROWSE).*$', '(?<=a)b', '(a)\\1', '(?<n>a)\\k<n>', 'a{1001}'])('is not %s', (source) =>
    expect(linearExpression(source)).toBeUndefined(),
  );
});

describe('a search by the expression of a user', () => {
  test.each([
    ['look-ahead', '^(?!x)(a+)', 'aab', 'aa'],
    ['look-behind', '(?<=M)(\\d)', 'M1', '1'],
    ['a reference back', '(a|b)\\1', 'abb', 'b'],
    ['a group in a repetition', '(?:(a)|b)*', 'ab', undefined],
    ['a repetition of what can be empty', '(a*)*', 'b', undefined],
    ['characters beyond ASCII', '^(.)$', 'é', 'é'],
    ['characters of two code units', '^(.)$', '😀', null],
    ['very many repetitions', '(a{2000})', 'a'.repeat(2_000), 'a'.repeat(2_000)],
    ['repetitions of very many repetitions', '((?:a{600}){2})', 'a'.repeat(1_200), 'a'.repeat(1_200)],
    ['a long text', '(.*)x', `${'a'.repeat(20_000)}x`, 'a'.repeat(20_000)],
  ])('of %s finds what JavaScript finds', async (_, source, text, group) => {
    const search = new ExpressionSearch();
    expect(await search.firstGroup(source, text)).toBe(group);
    expect(await search.matches(source, text)).toBe(group !== null);
  });

  test('ends where JavaScript would go on for years', async () => {
    const search = new ExpressionSearch();
    const text = `${'a'.repeat(60)}!`;
    for (const source of ['^(a+)+$', '^(a|a)*$', '^(a|aa)+$', '(a*)*b', '^(?:(?:a?){30}){2}b', '(a|a)'.repeat(50)]) {
      expect([source, await search.matches(source, `${text}`)]).toEqual([source, source.startsWith('(a|a)(')]);
    }
    expect(await search.firstGroup('^(a+)+$', text)).toBeNull();
  });

  test('that only JavaScript can do has one time for all, meanwhile other work goes on', async () => {
    const search = new ExpressionSearch();
    const endless = (number: number): Promise<boolean> => search.matches(`^(?=a)(a+)+${number}$`, 'a'.repeat(60));
    let turns = 0;
    const other = setInterval(() => {
      turns += 1;
    }, 5);
    const ends = await Promise.allSettled([1, 2, 3, 4, 5, 6, 7, 8].map(endless));
    clearInterval(other);
    expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
    await expect(endless(1)).rejects.toThrow(EndlessSearchError);
    expect(turns).toBeGreaterThan(20);
    // The next one's thread is a new one.
    expect(await new ExpressionSearch().matches('(?=a)a', 'a')).toBe(true);
  });
});

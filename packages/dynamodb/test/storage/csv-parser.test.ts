import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CsvParser } from '../../src/storage/csv-parser.ts';

function parse(text: string, size = text.length): readonly (readonly [number, readonly string[]])[] {
  const parser = new CsvParser();
  const records = [];
  for (let at = 0; at < text.length; at += Math.max(size, 1)) records.push(...parser.push(text.slice(at, at + size)));
  return [...records, ...parser.end()].map(({ line, fields }) => [line, fields]);
}

describe('comma-separated values', () => {
  test.each([
    ['', []],
    ['\n\r\n', []],
    ['a,b', [[1, ['a', 'b']]]],
    [
      'a,b\r\nc,\n',
      [
        [1, ['a', 'b']],
        [2, ['c', '']],
      ],
    ],
    [
      'a,\n\n,b',
      [
        [1, ['a', '']],
        [3, ['', 'b']],
      ],
    ],
    [
      '"a,b","c""d","","e\nf"\ng',
      [
        [1, ['a,b', 'c"d', '', 'e\nf']],
        [3, ['g']],
      ],
    ],
    [
      '""\n"a"\r\n',
      [
        [1, ['']],
        [2, ['a']],
      ],
    ],
    ['"a\r\nb",c\rd\r\n', [[1, ['a\r\nb', 'c\rd']]]],
  ])('%j', (text, records) => {
    for (const size of [undefined, 1, 2, 3]) expect(parse(text, size)).toEqual(records);
  });

  test.each([
    ['a\nb"c', 2, /a quote in a value that is not in quotes/],
    ['"a"b', 1, /text after the quote/],
    ['x\n"a" ,b', 2, /text after the quote/],
    ['"a" "b"', 1, /text after the quote/],
    ['x\ny\n"a\nb', 3, /a quote is not closed/],
  ])('%j is refused by its line', (text, line, words) => {
    for (const size of [undefined, 1, 2]) {
      expect(() => parse(text, size)).toThrow(words);
      expect(() => parse(text, size)).toThrow(expect.objectContaining({ line }));
    }
  });

  test('a record without an end is refused before it fills the memory', () => {
    const parser = new CsvParser();
    parser.push('"');
    const push = () => {
      for (let count = 0; count < 100; count += 1) parser.push('\n'.repeat(1_000_000));
    };
    expect(push).toThrow(/more than 8388608 characters/);
  });

  test('any values that are quoted come back, wherever pieces end', () => {
    const value = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', 'é', ' ') });
    fc.assert(
      fc.property(
        fc.array(fc.array(value, { minLength: 1, maxLength: 4 })),
        fc.integer({ min: 1, max: 9 }),
        (rows, size) => {
          const text = rows
            .map((row) => `${row.map((field) => `"${field.replaceAll('"', '""')}"`).join(',')}\n`)
            .join('');
          expect(parse(text, size).map(([, fields]) => fields)).toEqual(rows);
        },
      ),
    );
  });
});

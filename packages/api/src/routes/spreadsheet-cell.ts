/** What a spreadsheet takes for a formula begins so, the full-width forms of these characters included. */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/** Cells that have to be in quotation marks, as OWASP advises. */
export const QUOTED_CELL = /^'|[;\t\r]/;

/**
 * A cell of CSV that no spreadsheet calculates: a single quote precedes what it would read as a formula. Plain numbers, negative
 * ones too, stay as they are.
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 * @example spreadsheetCell('=1+1') // "'=1+1"
 */
export function spreadsheetCell(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

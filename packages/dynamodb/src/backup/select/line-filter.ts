import { isDecimal } from '../../items/decimal-number.ts';
import type { ItemFilter } from './item-filter.ts';

/** What JSON may write instead of a character: any of them so, and a slash with a backslash too. */
const UNICODE_ESCAPE = Buffer.from('\\u');
const ESCAPED_SLASH = Buffer.from('\\/');

/**
 * Looks at the bytes of a line whether its item can meet filters at all, which is far faster than to parse it: a field that
 * equals a text, or begins with it, has the text's JSON in its line, unless another writer has escaped what needs no escape.
 */
export class LineFilter {
  readonly #needles: readonly { readonly bytes: Buffer; readonly hasSlash: boolean }[];

  constructor(filters: readonly ItemFilter[]) {
    this.#needles = filters.flatMap((filter) => {
      const text = textToFind(filter);
      if (text === undefined) return [];
      return [{ bytes: Buffer.from(JSON.stringify(text).slice(1, -1)), hasSlash: text.includes('/') }];
    });
  }

  /** False only if the item of the line does not meet the filters. */
  mayMatch(line: Buffer): boolean {
    return this.#needles.every(
      ({ bytes, hasSlash }) =>
        line.includes(bytes) || line.includes(UNICODE_ESCAPE) || (hasSlash && line.includes(ESCAPED_SLASH)),
    );
  }
}

/** The text that a field has to have for a filter to be met; undefined if values of another form meet it too. */
function textToFind({ operator, operand }: ItemFilter): string | undefined {
  if (operand === undefined || operand.text === '') return undefined;
  if (operator === '^=') return operand.text;
  if (operator !== '=') return undefined;
  if (operand.isQuoted) return operand.text;
  // Numbers are equal in several forms, and typed JSON writes null as {"NULL":true}.
  return isDecimal(operand.text) || operand.text === 'null' ? undefined : operand.text;
}

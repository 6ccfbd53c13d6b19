// Steps through the text of JSON, from token to token, without building values.

export const TAB = 0x09;
export const NEWLINE = 0x0a;
export const RETURN = 0x0d;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
export const CLOSE_BRACKET = 0x5d;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;

/** A body that is not one JSON object with its brackets and quotation marks in order, and a Count of its Items. */
export class MalformedBodyError extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = 'MalformedBodyError';
  }
}

/**
 * Goes through the members of an object.
 * @param start where it begins, perhaps after whitespace
 * @param skip is given each name, escapes and all, and where its value begins; returns the place after the value
 * @returns the place after the object
 */
export function skipMembers(body: Buffer, start: number, skip: (name: string, value: number) => number): number {
  let at = skipSpaces(body, expect(body, start, OPEN_BRACE));
  while (body[at] !== CLOSE_BRACE) {
    const name = expect(body, at, QUOTE);
    const end = skipString(body, name);
    const value = skipSpaces(body, expect(body, end, COLON));
    at = skipSpaces(body, skip(body.toString('utf8', name, end - 1), value));
    if (body[at] !== CLOSE_BRACE) at = skipSpaces(body, expect(body, at, COMMA));
  }
  return at + 1;
}

/**
 * Goes through the elements of an array.
 * @param start where it begins, perhaps after whitespace
 * @param take is given the text of each
 * @returns the place after the array
 */
export function skipElements(body: Buffer, start: number, take: (element: Buffer) => void): number {
  let at = skipSpaces(body, expect(body, start, OPEN_BRACKET));
  while (body[at] !== CLOSE_BRACKET) {
    const end = skipValue(body, at);
    take(body.subarray(at, end));
    at = body[end] === CLOSE_BRACKET ? end : skipSpaces(body, expect(body, end, COMMA));
  }
  return at + 1;
}

/** @returns the place after the value that begins at the place given */
export function skipValue(body: Buffer, start: number): number {
  let depth = 0;
  let at = start;
  while (at < body.length) {
    const byte = body[at];
    if (byte === QUOTE) {
      at = skipString(body, at + 1);
      continue;
    }
    if (depth === 0 && (byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET)) return at;
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
    at++;
  }
  throw new MalformedBodyError('cut off within a value');
}

/**
 * @param start after the opening quotation mark
 * @returns the place after the closing one
 */
export function skipString(body: Buffer, start: number): number {
  const { length } = body;
  let at = start;
  while (at < length) {
    const byte = body[at++];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at++;
  }
  throw new MalformedBodyError('cut off within a string');
}

export function skipSpaces(body: Buffer, start: number): number {
  let at = start;
  while (isWhitespace(body[at])) at++;
  return at;
}

/** @returns the place after the byte asked for, which whitespace may come before */
function expect(body: Buffer, start: number, byte: number): number {
  const at = skipSpaces(body, start);
  if (body[at] === byte) return at + 1;
  const problem = at < body.length ? 'something else' : 'the end';
  throw new MalformedBodyError(`${problem} instead of ${String.fromCharCode(byte)} at byte ${at}`);
}

export function isWhitespace(byte: number | undefined): boolean {
  return byte === SPACE || byte === NEWLINE || byte === RETURN || byte === TAB;
}

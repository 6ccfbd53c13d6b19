import { parse as parseLossless } from 'lossless-json';

/**
 * Why a line of JSON has two readings, in words: one object has a name twice, with different values. Of these JSON.parse keeps the last,
 * and what DynamoDB keeps is not documented.
 * @param text JSON that has been parsed before
 */
export function problemOfRepeatedNames(text: string): string | undefined {
  if (namesInText(text) === namesInValue(JSON.parse(text))) return undefined;
  try {
    parseLossless(text, null, String);
    return undefined;
  } catch (error) {
    return `an object with a name twice: ${(error as Error).message}`;
  }
}

/** How many names of members a JSON text has: strings with a colon after them. */
function namesInText(text: string): number {
  let names = 0;
  for (let start = text.indexOf('"'); start >= 0; ) {
    const end = endOfString(text, start);
    let next = end + 1;
    while (text.charCodeAt(next) <= SPACE) next += 1;
    if (text.charCodeAt(next) === COLON) names += 1;
    start = text.indexOf('"', next);
  }
  return names;
}

const SPACE = ' '.charCodeAt(0);
const COLON = ':'.charCodeAt(0);

/** Where the quote is that ends a string: one with an even number of backslashes before it. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (text[before - 1] === '\\') before -= 1;
    if ((end - before) % 2 === 0) return end;
  }
}

/** How many names of members a parsed value has. Not by recursion: it may be of any depth. */
function namesInValue(value: unknown): number {
  let names = 0;
  const left = [value];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    const members: readonly unknown[] = Object.values(next);
    if (!Array.isArray(next)) names += members.length;
    for (const member of members) left.push(member);
  }
  return names;
}

import { bad } from '../http/bad-parameter.ts';

/** A piece of a query. */
export type Token =
  /** A word, with its wildcards and escapes resolved. */
  | { readonly kind: 'word'; readonly text: string; readonly pattern: string | undefined; readonly raw: string }
  /** What stood in quotation marks. */
  | { readonly kind: 'phrase'; readonly text: string; readonly raw: string }
  /** `status:`, before a value. */
  | { readonly kind: 'field'; readonly name: string; readonly raw: string }
  | { readonly kind: 'and' | 'or' | 'not' | 'plus' | 'minus' | 'open' | 'close'; readonly raw: string }
  /** `[a TO b]`, `{a TO b}`, `>a`: a missing end is open. */
  | ({ readonly kind: 'range'; readonly raw: string } & RangeEnds);

/** The ends of a range as they are written. */
export interface RangeEnds {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly above?: string | undefined;
  readonly below?: string | undefined;
}

const SIGNS: { readonly [sign: string]: 'and' | 'or' | 'not' | 'plus' | 'minus' | 'open' | 'close' } = {
  '&&': 'and',
  '||': 'or',
  '!': 'not',
  '+': 'plus',
  '-': 'minus',
  '(': 'open',
  ')': 'close',
};

const OPERATORS: { readonly [word: string]: 'and' | 'or' | 'not' } = { AND: 'and', OR: 'or', NOT: 'not' };

/** Everything. */
const ALL = /\*:\*/y;
const SPACE = /\s+/y;
const SIGN = /&&|\|\||[!+\-()]/y;
const PHRASE = /"((?:[^"\\]|\\.)*)"/sy;
const BRACKETS = /([[{])\s*("(?:[^"\\]|\\.)*"|[^\s\]}]+)\s+TO\s+("(?:[^"\\]|\\.)*"|[^\s\]}]+)\s*([\]}])/sy;
const COMPARISON = /([<>]=?)\s*("(?:[^"\\]|\\.)*"|[^\s()"]+)/sy;
const FIELD = /([\p{L}\p{N}_@$](?:[\p{L}\p{N}_.@$-]|\\.)*):/suy;
const WORD = /(?:[^\s()[\]{}"^~\\:]|\\.)+/suy;

/** A time within a word has colons, which nothing else may have. */
const TIME = /\d{4}-\d{2}-\d{2}T[\d:.,+-]+Z?/iy;

/** A minus sign before a word would exclude it. */
const NEGATIVE = /-\d+(?:\.\d+)?/y;

/**
 * The pieces of a query.
 * @throws HTTPException 400 for what no query has, and for what is not supported
 */
export function tokensOf(query: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (expression: RegExp): RegExpExecArray | null => {
    expression.lastIndex = at;
    const found = expression.exec(query);
    if (found !== null) at = expression.lastIndex;
    return found;
  };
  while (at < query.length) {
    if (match(SPACE) !== null) continue;
    const isValue = tokens.at(-1)?.kind === 'field';
    const token = isValue ? valueAt(match) : (fieldAt(match) ?? tokenAt(match));
    if (token === undefined) throw unsupported(query.slice(at));
    tokens.push(token);
    const rest = query.slice(at);
    if (/^[~^:]/.test(rest)) throw unsupported(rest, token.raw);
  }
  return tokens;
}

type Match = (expression: RegExp) => RegExpExecArray | null;

function fieldAt(match: Match): Token | undefined {
  const field = match(FIELD);
  return field === null ? undefined : { kind: 'field', name: unescaped(field[1] ?? ''), raw: field[0] };
}

/** What can follow a field. */
function valueAt(match: Match): Token | undefined {
  const brackets = match(BRACKETS);
  if (brackets !== null) {
    const [raw, open, first = '', last = '', close] = brackets;
    const ends = { [open === '[' ? 'from' : 'above']: endOf(first), [close === ']' ? 'to' : 'below']: endOf(last) };
    return { kind: 'range', raw, ...ends };
  }
  const comparison = match(COMPARISON);
  if (comparison !== null) {
    const [raw, sign = '', end = ''] = comparison;
    const name = { '>': 'above', '>=': 'from', '<': 'below', '<=': 'to' }[sign] ?? 'from';
    return { kind: 'range', raw, [name]: endOf(end) };
  }
  const [literal] = match(TIME) ?? match(NEGATIVE) ?? [];
  return literal === undefined ? tokenAt(match) : { kind: 'word', text: literal, pattern: undefined, raw: literal };
}

function tokenAt(match: Match): Token | undefined {
  const [sign] = match(SIGN) ?? [];
  if (sign !== undefined) return { kind: SIGNS[sign] ?? 'and', raw: sign };
  const phrase = match(PHRASE);
  if (phrase !== null) return { kind: 'phrase', text: unescaped(phrase[1] ?? ''), raw: phrase[0] };
  if (match(ALL) !== null) return { kind: 'word', text: '*', pattern: '*', raw: '*:*' };
  const [raw] = match(WORD) ?? [];
  if (raw === undefined) return undefined;
  const operator = Object.hasOwn(OPERATORS, raw) ? OPERATORS[raw] : undefined;
  if (operator !== undefined) return { kind: operator, raw };
  if (raw.startsWith('/')) throw unsupported(raw);
  const hasWildcard = /(?:^|[^\\])(?:\\\\)*[*?]/s.test(raw);
  return { kind: 'word', text: unescaped(raw), pattern: hasWildcard ? raw : undefined, raw };
}

/** An end of a range; undefined for an open one. */
function endOf(written: string): string | undefined {
  if (written === '*') return undefined;
  return unescaped(written.startsWith('"') ? written.slice(1, -1) : written);
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gsu, '$1');
}

/** The error for what is found where nothing fits. @param before the text before it */
function unsupported(rest: string, before = ''): Error {
  const shown = `${before}${rest}`.slice(0, 60);
  const first = rest.charAt(0);
  if (first === '~') return bad('q', `does not support "~", for similar words, in "${shown}"`);
  if (first === '^') return bad('q', `does not support "^", for weights, in "${shown}"`);
  if (first === '/') return bad('q', `does not support regular expressions: "${shown}". Put it in quotation marks`);
  if (first === ':') return bad('q', `has a colon too many in "${shown}". Put a value with colons in quotation marks`);
  if (first === '"') return bad('q', `has no end of the quotation that begins with ${shown}`);
  if (first === '[' || first === '{') return bad('q', `takes ranges only so: field:[a TO b], not "${shown}"`);
  return bad('q', `cannot be understood from "${shown}" on`);
}

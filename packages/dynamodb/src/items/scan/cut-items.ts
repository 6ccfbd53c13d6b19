import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  isWhitespace,
  MalformedBodyError,
  NEWLINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  RETURN,
  SPACE,
  skipMembers,
  skipSpaces,
  skipString,
  skipValue,
  TAB,
} from '../text/walk-json.ts';

/**
 * The text between two items, whose last attribute's value ends with a brace too. It also stands between maps in a
 * list, and may stand at the end of a string.
 */
const BOUNDARY = Buffer.from('}},{"');
const COMMA_OF_BOUNDARY = 2;

/** What may follow a string. */
const AFTER_STRING = new Set([COMMA, COLON, CLOSE_BRACKET, CLOSE_BRACE, SPACE, TAB, RETURN, NEWLINE]);

/** How an element of a list begins after its brace: with its type. */
const TYPES = new Set(['S', 'N', 'B', 'SS', 'NS', 'BS', 'M', 'L', 'BOOL', 'NULL']);
const MAX_TYPE = 4;

/** The body of a Scan response, cut into its items and the rest. */
export interface CutBody {
  /** The items, each ended by \n: a view into the body that was given. */
  readonly lines: Buffer;
  /** How many lines there are. */
  readonly count: number;
  /** The body with an empty array in place of the items, in memory of its own. */
  readonly rest: Buffer;
}

/**
 * Cuts the items out of the body of a Scan response without parsing them, in place: the comma between two items and the
 * bracket after the last become the ends of lines. A number keeps its 38 digits, and an item costs next to nothing.
 *
 * Where the body is known to be as DynamoDB made it, the boundaries between items are found by a search that passes over
 * each that could be something else; the response's Count then shows whether that was all of them. If not, or if nothing
 * is known about the body, every bracket and quotation mark is followed, at about seven times the cost.
 *
 * @param body is altered
 * @param checked whether a checksum has shown that the body is what DynamoDB sent
 * @throws MalformedBodyError if the body is cut off, its brackets do not match, or its Count is not that of its Items;
 *   it may then be half cut
 */
export function cutItems(body: Buffer, checked = false): CutBody {
  // DynamoDB sends no whitespace. Where a server does, a line break within an item would break its line.
  const text = body.includes(NEWLINE) ? withoutWhitespace(body) : body;
  if (checked) {
    const { items, rest, announced } = cutBody(text, true);
    if (items.count === announced) return { ...endLines(text, items), rest };
  }
  const { items, rest, announced } = cutBody(text, false);
  if (items.count === announced) return { ...endLines(text, items), rest };
  throw new MalformedBodyError(`${items.count} items, where their Count says ${announced}`);
}

/** Where an array's elements are, and how many. */
interface Elements {
  /** After the opening bracket. */
  readonly start: number;
  /** After the closing bracket. */
  readonly end: number;
  readonly count: number;
}

function endLines(body: Buffer, { start, end, count }: Elements): Pick<CutBody, 'lines' | 'count'> {
  if (count === 0) return { lines: body.subarray(0, 0), count };
  body[end - 1] = NEWLINE;
  return { lines: body.subarray(start, end), count };
}

function cutBody(body: Buffer, search: boolean): { items: Elements; rest: Buffer; announced: unknown } {
  let items: Elements = { start: 0, end: 0, count: 0 };
  const after = skipMembers(body, 0, (name, value) => {
    if (name !== 'Items' || items.start > 0 || body[value] !== OPEN_BRACKET) return skipValue(body, value);
    items = cutArray(body, value + 1, search);
    return items.end;
  });
  const end = skipSpaces(body, after);
  if (end !== body.length) throw new MalformedBodyError(`something after the end, at byte ${end}`);

  const rest =
    items.start === 0
      ? Buffer.from(body)
      : Buffer.concat([body.subarray(0, items.start), Buffer.of(CLOSE_BRACKET), body.subarray(items.end)]);
  return { items, rest, announced: countOf(rest) };
}

function countOf(rest: Buffer): unknown {
  try {
    return (JSON.parse(rest.toString()) as { Count?: unknown }).Count;
  } catch {
    throw new MalformedBodyError('not JSON');
  }
}

/**
 * Makes lines of an array's elements. May be called again for the same array.
 *
 * @param start after the opening bracket
 * @param search whether to find the boundaries by search as far as possible, which may miss some and then counts too few
 */
function cutArray(body: Buffer, start: number, search: boolean): Elements {
  const first = skipSpaces(body, start);
  if (body[first] === CLOSE_BRACKET) return { start, end: first + 1, count: 0 };
  let count = 1;
  let at = first;
  if (search) {
    let boundary = body.indexOf(BOUNDARY, at);
    while (boundary >= 0) {
      const next = boundary + BOUNDARY.length;
      if (beginsItem(body, next)) {
        body[boundary + COMMA_OF_BOUNDARY] = NEWLINE;
        count++;
        at = boundary + COMMA_OF_BOUNDARY + 1;
      }
      boundary = body.indexOf(BOUNDARY, next);
    }
  }

  const { length } = body;
  let depth = 0;
  while (at < length) {
    const byte = body[at++];
    if (byte === QUOTE) {
      at = skipString(body, at);
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth++;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth--;
      if (depth < 0) return { start, end: at, count };
    } else if (byte === COMMA && depth === 0) {
      body[at - 1] = NEWLINE;
      count++;
    } else if (byte === NEWLINE) {
      // One that a search has put there.
      if (depth > 0) throw new MalformedBodyError('not typed DynamoDB JSON');
      count++;
    }
  }
  throw new MalformedBodyError('cut off within Items');
}

/**
 * Whether what follows a boundary is certainly an item. What could also follow a string's end, its quotation mark being
 * the boundary's last byte, is not; nor is what could be an element of a list, which begins with its type.
 *
 * @param at after the boundary
 */
function beginsItem(body: Buffer, at: number): boolean {
  const byte = body[at];
  if (byte === undefined || AFTER_STRING.has(byte)) return false;
  for (let end = at; end <= at + MAX_TYPE; end++) {
    if (body[end] === QUOTE) return !TYPES.has(body.toString('latin1', at, end));
  }
  return true;
}

/** The body without the whitespace between its tokens, moved together in place. */
function withoutWhitespace(body: Buffer): Buffer {
  let to = 0;
  let at = 0;
  while (at < body.length) {
    const byte = body[at];
    if (isWhitespace(byte)) {
      at++;
      continue;
    }
    const end = byte === QUOTE ? skipString(body, at + 1) : at + 1;
    if (byte === QUOTE && body.subarray(at, end).includes(NEWLINE)) {
      throw new MalformedBodyError(`a line break in the string at byte ${at}`);
    }
    body.copyWithin(to, at, end);
    to += end - at;
    at = end;
  }
  return body.subarray(0, to);
}

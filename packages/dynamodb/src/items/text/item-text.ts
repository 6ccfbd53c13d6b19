import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { canonicalValue, type TypedValue } from '../typed-item.ts';
import { problemOfValue } from '../value-limits.ts';
import { NameSequence } from './name-sequence.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const LETTER_B = 0x42;
const LETTER_L = 0x4c;
const LETTER_M = 0x4d;
const LETTER_N = 0x4e;
const LETTER_O = 0x4f;
const LETTER_S = 0x53;
const LETTER_U = 0x55;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** What a byte within a string is. */
const PLAIN = 0;
const END = 1;
const ESCAPE = 2;
const WIDE = 3;
const REFUSED = 4;
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === QUOTE) return END;
  if (byte === 0x5c) return ESCAPE;
  if (byte < 0x20) return REFUSED;
  return byte < 0x80 ? PLAIN : WIDE;
});

/** Several bytes of a string are looked at together, as one number: none of them may end it, or be unusual. */
const WORD = 4;
const ONES = 0x01010101;
const SPACES = 0x20202020;
const QUOTES = 0x22222222;
const BACKSLASHES = 0x5c5c5c5c;
const HIGH_BITS = 0x80808080;

/** What follows a backslash where there is no other way to write a character: `"`, `\`, b, f, n, r, t. */
const ESCAPED = Uint8Array.from({ length: 256 }, (_, byte) => ('"\\bfnrt'.includes(String.fromCharCode(byte)) ? 1 : 0));

/** The values that have no content of their own, without the brace that opens them. */
const TRUE = Buffer.from('"BOOL":true}');
const FALSE = Buffer.from('"BOOL":false}');
const NULL = Buffer.from('"NULL":true}');

/** How many bytes `{"S":"` has, and `{"M":{`, and so on of each type of one letter. */
const OPENING = 6;

/** Where a value has the letter of its type, and how many bytes are around the content of a string, a number or binary. */
const TYPE = 2;
const AROUND = '{"S":""}'.length;

/** More than records have; far below where the stack or DynamoDB's own limit would end it. */
const MAX_DEPTH = 16;

/** Longer texts are few, and would make this hold much memory from then on. */
const MAX_BYTES = 1_048_576;

/** Digits that are within all of DynamoDB's limits, wherever the point is. */
const MAX_DIGITS = 38;

/** Bytes up to which a loop copies faster than a call, which makes an object. */
const SHORT = 256;

const INITIAL_SIZE = 16_384;
const INITIAL_MEMBERS = 256;

/** Items after which the learnt sequences of names are forgotten: those that never come again would only take memory. */
const MAX_ITEMS_LEARNT = 5_000;

const NONE = -1;

/**
 * Reads items from their text, typed DynamoDB JSON as DynamoDB writes it, without building their values. It makes the same
 * canonical text as `canonicalItem`, mostly by putting the item's own bytes into another order.
 *
 * It reads only what DynamoDB takes, and what has one reading. It gives up on whatever is unusual, be it wrong or not:
 * whitespace, escapes that need not be, names beyond ASCII, a name twice, deep nesting, long texts. These have to be parsed.
 */
export class ItemText {
  readonly #wanted: ReadonlyMap<string, number>;
  /** Where the values of wanted attributes begin and end. */
  readonly #found: Int32Array;
  #ofItems = NameSequence.empty();
  #ofMaps = NameSequence.empty();
  #items = 0;

  #text: Buffer = Buffer.alloc(0);
  #words = new DataView(this.#text.buffer);
  #offset = 0;
  #isWide = false;
  /** What is canonical and does not stand so in the text. */
  #made = Buffer.allocUnsafeSlow(INITIAL_SIZE);
  #madeWords = new DataView(this.#made.buffer);
  #length = 0;
  /** Where the canonical text of each member of all open objects and lists is: in the text, or, complemented, in what was made. */
  #starts = new Int32Array(INITIAL_MEMBERS);
  #ends = new Int32Array(INITIAL_MEMBERS);
  #members = 0;

  /** @param wanted attributes whose values are asked for by their place in this list */
  constructor(wanted: readonly string[]) {
    this.#wanted = new Map(wanted.map((name, index) => [name, index]));
    this.#found = new Int32Array(2 * wanted.length);
  }

  /**
   * Reads an item.
   * @param text has to stay as it is as long as something is asked about it
   * @returns false if it has to be parsed
   */
  read(text: Buffer): boolean {
    if (text.length > MAX_BYTES || text[0] !== OPEN_BRACE) return false;
    this.#text = text;
    this.#offset = text.byteOffset;
    if (this.#words.buffer !== text.buffer) this.#words = new DataView(text.buffer);
    this.#isWide = false;
    this.#length = 0;
    this.#members = 0;
    this.#found.fill(NONE);
    this.#items += 1;
    if (this.#items % MAX_ITEMS_LEARNT === 0) {
      this.#ofItems = NameSequence.empty();
      this.#ofMaps = NameSequence.empty();
    }
    return this.#object(0, 0, 0) === text.length && (!this.#isWide || isUtf8(text));
  }

  /** The SHA-256, in base64, of the canonical text: the item's `itemDigest`. */
  digest(): string {
    return hash('sha256', this.canonical(), 'base64');
  }

  /** The item's `canonicalItem` in UTF-8: a view, which is valid until another item is read. */
  canonical(): Buffer {
    const [start, end] = [this.#starts[0] as number, this.#ends[0] as number];
    return start < 0 ? this.#made.subarray(~start, end) : this.#text.subarray(start, end);
  }

  /** The text of a wanted attribute's value, `{"S":"…"}`; undefined if the item does not have it. */
  valueOf(wanted: number): string | undefined {
    const start = this.#found[2 * wanted] as number;
    return start === NONE ? undefined : this.#text.toString('utf8', start, this.#found[2 * wanted + 1]);
  }

  /**
   * How many bytes the content of a wanted attribute's value has as text.
   * @param type the letter of the value's type, as a character code
   * @returns -1 if the value is of another type; undefined if the item does not have it
   */
  sizeOf(wanted: number, type: number): number | undefined {
    const start = this.#found[2 * wanted] as number;
    if (start === NONE) return undefined;
    if (this.#text[start + TYPE] !== type || this.#text[start + TYPE + 1] !== QUOTE) return NONE;
    return (this.#found[2 * wanted + 1] as number) - start - AROUND;
  }

  /**
   * Reads the item itself at depth 0, below it the content of a map with the brace of its type.
   * @param from where what becomes of it begins: at its name
   * @param open its opening brace
   * @returns the place after it, or NONE
   */
  #object(from: number, open: number, depth: number): number {
    const text = this.#text;
    const first = this.#members;
    let names = depth === 0 ? this.#ofItems : this.#ofMaps;
    let isVerbatim = true;
    let at = open + 1;
    if (text[at] !== CLOSE_BRACE) {
      for (;;) {
        if (text[at] !== QUOTE) return NONE;
        const next = names.next(text, at + 1);
        if (next === undefined) return NONE;
        names = next;
        const colon = at + 2 + names.bytes;
        if (text[colon] !== COLON) return NONE;
        const end = this.#value(at, colon + 1, depth + 1);
        if (end === NONE) return NONE;
        if (depth === 0) this.#note(names.name, colon + 1, end);
        if ((this.#starts[this.#members - 1] as number) < 0) isVerbatim = false;
        at = end + 1;
        if (text[end] === CLOSE_BRACE) break;
        if (text[end] !== COMMA) return NONE;
      }
    } else {
      at += 1;
    }
    if (depth > 0) {
      if (text[at] !== CLOSE_BRACE) return NONE;
      at += 1;
    }
    const { order } = names;
    if (order === undefined) return NONE;
    if (isVerbatim && order.isSorted) {
      this.#members = first;
      this.#push(from, at);
      return at;
    }
    const start = this.#length;
    this.#write(from, open + 1);
    this.#writeMembers(first, order.places);
    this.#write(depth > 0 ? at - 2 : at - 1, at);
    this.#members = first;
    this.#push(~start, this.#length);
    return at;
  }

  /** @param from where what becomes of it begins: at its name, or else where it begins itself */
  #value(from: number, at: number, depth: number): number {
    const text = this.#text;
    if (text[at] !== OPEN_BRACE || text[at + 1] !== QUOTE) return NONE;
    const type = text[at + 2];
    if (text[at + 3] === QUOTE) {
      if (text[at + 4] !== COLON) return NONE;
      const open = at + OPENING - 1;
      if (type === LETTER_M)
        return text[open] === OPEN_BRACE && depth < MAX_DEPTH ? this.#object(from, open, depth) : NONE;
      if (type === LETTER_L)
        return text[open] === OPEN_BRACKET && depth < MAX_DEPTH ? this.#list(from, open, depth) : NONE;
      if (text[open] !== QUOTE) return NONE;
      if (type === LETTER_S) return this.#verbatim(from, this.#string(open + 1));
      if (type === LETTER_N) return this.#number(from, at);
      return type === LETTER_B ? this.#parsed(from, at, this.#string(open + 1)) : NONE;
    }
    const second = text[at + 3];
    const isSet = second === LETTER_S && (type === LETTER_S || type === LETTER_N || type === LETTER_B);
    if (isSet) return this.#set(from, at);
    if (type === LETTER_B && second === LETTER_O)
      return this.#constant(from, at + 1, text[at + 8] === TRUE[7] ? TRUE : FALSE);
    return type === LETTER_N && second === LETTER_U ? this.#constant(from, at + 1, NULL) : NONE;
  }

  #list(from: number, open: number, depth: number): number {
    const text = this.#text;
    const first = this.#members;
    let isVerbatim = true;
    let at = open + 1;
    while (text[at] !== CLOSE_BRACKET) {
      const end = this.#value(at, at, depth + 1);
      if (end === NONE) return NONE;
      if ((this.#starts[this.#members - 1] as number) < 0) isVerbatim = false;
      at = end;
      if (text[at] === COMMA && text[at + 1] === OPEN_BRACE) at += 1;
      else if (text[at] !== CLOSE_BRACKET) return NONE;
    }
    if (text[at + 1] !== CLOSE_BRACE) return NONE;
    at += 2;
    if (isVerbatim) {
      this.#members = first;
      this.#push(from, at);
      return at;
    }
    const start = this.#length;
    this.#write(from, open + 1);
    this.#writeMembers(first, undefined);
    this.#write(at - 2, at);
    this.#members = first;
    this.#push(~start, this.#length);
    return at;
  }

  /** @returns the place of the closing quotation mark, or NONE */
  #string(start: number): number {
    const text = this.#text;
    const words = this.#words;
    const offset = this.#offset;
    const last = text.length - WORD;
    let at = start;
    for (;;) {
      while (at <= last) {
        const word = words.getInt32(offset + at, true);
        const isUnusual = word | (word - SPACES) | ((word ^ QUOTES) - ONES) | ((word ^ BACKSLASHES) - ONES);
        if ((isUnusual & HIGH_BITS) !== 0) break;
        at += WORD;
      }
      const kind = KINDS[text[at] as number];
      if (kind === PLAIN) {
        at += 1;
      } else if (kind === END) {
        return at;
      } else if (kind === WIDE) {
        this.#isWide = true;
        at += 1;
      } else if (kind === ESCAPE && ESCAPED[text[at + 1] as number] === 1) {
        at += 2;
      } else {
        return NONE;
      }
    }
  }

  /** @param quote that closes its string, or NONE */
  #verbatim(from: number, quote: number): number {
    if (quote === NONE || this.#text[quote + 1] !== CLOSE_BRACE) return NONE;
    this.#push(from, quote + 2);
    return quote + 2;
  }

  #constant(from: number, start: number, constant: Uint8Array): number {
    const text = this.#text;
    for (let index = 0; index < constant.length; index += 1) {
      if (text[start + index] !== constant[index]) return NONE;
    }
    this.#push(from, start + constant.length);
    return start + constant.length;
  }

  /** A number in plain digits becomes digits and exponent in place; any other is parsed. */
  #number(from: number, at: number): number {
    const text = this.#text;
    const isNegative = text[at + OPENING] === MINUS;
    const start = at + OPENING + (isNegative ? 1 : 0);
    let end = start;
    let point = NONE;
    let firstDigit = NONE;
    let lastDigit = NONE;
    for (;;) {
      const byte = text[end] as number;
      if (byte >= ZERO && byte <= NINE) {
        if (byte !== ZERO) {
          lastDigit = end;
          if (firstDigit === NONE) firstDigit = end;
        }
      } else if (byte === POINT && point === NONE) {
        point = end;
      } else {
        break;
      }
      end += 1;
    }
    const isPlain = end > start && point !== start && point !== end - 1 && end - start <= MAX_DIGITS;
    if (text[end] !== QUOTE || !isPlain) return this.#parsed(from, at, this.#string(start));
    if (text[end + 1] !== CLOSE_BRACE) return NONE;
    const begun = this.#length;
    this.#write(from, at + OPENING);
    if (firstDigit === NONE) {
      this.#writeText('0');
    } else {
      if (isNegative) this.#writeText('-');
      if (point > firstDigit && point < lastDigit) {
        this.#write(firstDigit, point);
        this.#write(point + 1, lastDigit + 1);
      } else {
        this.#write(firstDigit, lastDigit + 1);
      }
      const exponent =
        point === NONE ? end - 1 - lastDigit : lastDigit > point ? point - lastDigit : point - 1 - lastDigit;
      this.#writeText(exponent === 0 ? 'e0' : `e${exponent}`);
    }
    this.#write(end, end + 2);
    this.#push(~begun, this.#length);
    return end + 2;
  }

  #set(from: number, at: number): number {
    const text = this.#text;
    // After `{"SS":[`.
    let next = at + OPENING + 1;
    if (text[at + 4] !== QUOTE || text[at + 5] !== COLON || text[next - 1] !== OPEN_BRACKET) return NONE;
    for (;;) {
      if (text[next] !== QUOTE) return NONE;
      const quote = this.#string(next + 1);
      if (quote === NONE) return NONE;
      next = quote + 2;
      if (text[quote + 1] === CLOSE_BRACKET) return this.#parsed(from, at, quote + 1);
      if (text[quote + 1] !== COMMA) return NONE;
    }
  }

  /** A value that is parsed after all. @param last its byte before the closing brace, or NONE */
  #parsed(from: number, at: number, last: number): number {
    const text = this.#text;
    if (last === NONE || text[last + 1] !== CLOSE_BRACE) return NONE;
    const end = last + 2;
    const value: unknown = JSON.parse(text.toString('utf8', at, end));
    if (problemOfValue(value, '') !== undefined) return NONE;
    const begun = this.#length;
    this.#write(from, at);
    this.#writeText(canonicalValue(value as TypedValue));
    this.#push(~begun, this.#length);
    return end;
  }

  #note(name: string, start: number, end: number): void {
    const wanted = this.#wanted.get(name);
    if (wanted === undefined) return;
    this.#found[2 * wanted] = start;
    this.#found[2 * wanted + 1] = end;
  }

  #push(start: number, end: number): void {
    if (this.#members === this.#starts.length) {
      this.#starts = grown(this.#starts);
      this.#ends = grown(this.#ends);
    }
    this.#starts[this.#members] = start;
    this.#ends[this.#members] = end;
    this.#members += 1;
  }

  /** @param places the order of the members; as they come unless given */
  #writeMembers(first: number, places: Uint32Array | undefined): void {
    const count = this.#members - first;
    for (let index = 0; index < count; index += 1) {
      const member = first + (places === undefined ? index : (places[index] as number));
      const start = this.#starts[member] as number;
      const end = this.#ends[member] as number;
      if (index > 0) this.#writeText(',');
      if (start < 0) this.#copyWithin(~start, end);
      else this.#write(start, end);
    }
  }

  /** Copies a part of the text. */
  #write(start: number, end: number): void {
    const size = end - start;
    this.#reserve(size);
    if (size > SHORT) {
      this.#text.copy(this.#made, this.#length, start, end);
    } else {
      const words = this.#words;
      const madeWords = this.#madeWords;
      const from = this.#offset + start;
      const to = this.#length;
      let at = 0;
      for (; at + WORD <= size; at += WORD) madeWords.setInt32(to + at, words.getInt32(from + at));
      for (; at < size; at += 1) madeWords.setUint8(to + at, words.getUint8(from + at));
    }
    this.#length += size;
  }

  #copyWithin(start: number, end: number): void {
    this.#reserve(end - start);
    this.#made.copyWithin(this.#length, start, end);
    this.#length += end - start;
  }

  #writeText(added: string): void {
    this.#reserve(3 * added.length);
    if (added.length > 8) {
      this.#length += this.#made.write(added, this.#length);
      return;
    }
    for (let index = 0; index < added.length; index += 1) this.#made[this.#length + index] = added.charCodeAt(index);
    this.#length += added.length;
  }

  #reserve(size: number): void {
    if (this.#length + size <= this.#made.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * (this.#length + size));
    this.#made.copy(larger, 0, 0, this.#length);
    this.#made = larger;
    this.#madeWords = new DataView(larger.buffer);
  }
}

function grown(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * numbers.length);
  larger.set(numbers);
  return larger;
}

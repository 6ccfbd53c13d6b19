import { isUtf8 } from 'node:buffer';
import { InvalidLineError } from '../errors.ts';

export const LINE_BREAK = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

/** An item has at most 400 KB, and an escape in JSON has up to six bytes for one. A longer line is not an item. */
export const MAX_LINE_BYTES = 8 * 1024 * 1024;

/** A line of a backup, with its number, counted from 1. */
export interface Line {
  readonly number: number;
  /** UTF-8, without the line break: a view of the text. */
  readonly bytes: Buffer;
}

/** How many lines a file has, empty ones included, and in how many of them there is something. */
export interface LineCounts {
  readonly lines: number;
  readonly filled: number;
}

/**
 * Cuts a text into lines, in runs, each to be gone through to its end before the next is asked for; empty lines are passed over,
 * but counted in the numbers. A line's bytes stay valid as long as those of its chunk.
 * @param name what to call the text in messages
 * @param linesBefore the lines that came before those of this text
 * @throws InvalidLineError for a line that is too long or not UTF-8
 */
export async function* readLines(
  text: AsyncIterable<Buffer>,
  name: string,
  linesBefore = 0,
): AsyncGenerator<Iterable<Line>, LineCounts> {
  const splitter = new LineSplitter(name, linesBefore);
  for await (const chunk of text) yield splitter.take(chunk);
  yield splitter.end();
  return splitter.counts;
}

/**
 * Counts the lines of a text whose lines are ended each by a line break, without a look at them, up to its last byte.
 * @returns undefined if the last line is not ended
 */
export async function countEndedLines(text: AsyncIterable<Buffer>): Promise<number | undefined> {
  let lines = 0;
  let last: number | undefined = LINE_BREAK;
  for await (const chunk of text) {
    for (let end = chunk.indexOf(LINE_BREAK); end >= 0; end = chunk.indexOf(LINE_BREAK, end + 1)) lines += 1;
    last = chunk.at(-1) ?? last;
  }
  return last === LINE_BREAK ? lines : undefined;
}

/** Cuts chunks of bytes into lines. */
class LineSplitter {
  readonly #name: string;
  readonly #linesBefore: number;
  #number = 0;
  #filled = 0;
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  constructor(name: string, linesBefore: number) {
    this.#name = name;
    this.#linesBefore = linesBefore;
  }

  get counts(): LineCounts {
    return { lines: this.#number, filled: this.#filled };
  }

  /**
   * The lines that end in a chunk. Each is cut on demand: a list of all would stay in memory longer than it is used.
   */
  *take(chunk: Buffer): Generator<Line, void> {
    let start = this.#passBlank(chunk, 0);
    for (let end = chunk.indexOf(LINE_BREAK, start); end >= 0; end = chunk.indexOf(LINE_BREAK, start)) {
      yield* this.#line(chunk.subarray(start, end));
      start = this.#passBlank(chunk, end + 1);
    }
    // A copy: the chunk's memory may be used again.
    if (start < chunk.length) this.#keep(Buffer.from(chunk.subarray(start)));
  }

  /** The last line, if the file does not end in a line break. */
  *end(): Generator<Line, void> {
    if (this.#pendingBytes > 0) yield* this.#line(Buffer.alloc(0));
  }

  /** Skips blank lines at almost no cost, since a small gzipped file can hold very many. */
  #passBlank(chunk: Buffer, start: number): number {
    if (this.#pendingBytes > 0) return start;
    let next = start;
    for (let index = start; index < chunk.length; index += 1) {
      const byte = chunk[index];
      if (byte === LINE_BREAK) {
        this.#number += 1;
        next = index + 1;
      } else if (!isBlankByte(byte)) {
        break;
      }
    }
    return next;
  }

  #keep(rest: Buffer): void {
    this.#pending.push(rest);
    this.#pendingBytes += rest.length;
    if (this.#pendingBytes > MAX_LINE_BYTES) {
      throw this.#invalid(this.#number + 1, `longer than ${MAX_LINE_BYTES} bytes, no item is`);
    }
  }

  *#line(end: Buffer): Generator<Line, void> {
    this.#number += 1;
    const bytes = this.#pendingBytes === 0 ? end : Buffer.concat([...this.#pending, end]);
    this.#pending = [];
    this.#pendingBytes = 0;
    if (!isUtf8(bytes)) throw this.#invalid(this.#number, 'not UTF-8 text');
    if (isBlank(bytes)) return;
    this.#filled += 1;
    yield { number: this.#linesBefore + this.#number, bytes };
  }

  #invalid(line: number, problem: string): InvalidLineError {
    return new InvalidLineError({ file: this.#name, line }, problem);
  }
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every(isBlankByte);
}

function isBlankByte(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === CARRIAGE_RETURN;
}

import { isUtf8 } from 'node:buffer';
import { CorruptBackupError, InvalidLineError } from '../errors.ts';
import { MAX_LINE_BYTES } from '../format/lines.ts';

const LINE_BREAK = 0x0a;
const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;

interface Where {
  readonly line?: number;
  readonly advice?: readonly string[];
}

/** Bytes for a value to begin with; most items have fewer. */
const FIRST_MEMORY = 4096;

/**
 * Reads JSON of any size by its outline: what opens, closes and separates. The values in it are cut out as the bytes that they are,
 * so that numbers keep their digits; memory is bounded by the largest of them.
 */
export class JsonInput {
  /** The number of the line that is being read, counted from 1. */
  line = 1;
  readonly #file: string;
  readonly #chunks: AsyncIterator<Buffer, void>;
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;

  /** @param file what to call it in messages */
  constructor(file: string, chunks: AsyncIterator<Buffer, void>) {
    this.#file = file;
    this.#chunks = chunks;
  }

  /** The next byte that is no white space; undefined at the end. */
  async peek(): Promise<number | undefined> {
    do {
      for (; this.#at < this.#chunk.length; this.#at += 1) {
        const byte = this.#chunk[this.#at];
        if (!isWhite(byte)) return byte;
        if (byte === LINE_BREAK) this.line += 1;
      }
    } while (await this.#more());
    return undefined;
  }

  /** Goes over a character if it comes next. @returns whether it did */
  async skip(character: string): Promise<boolean> {
    if ((await this.peek()) !== character.charCodeAt(0)) return false;
    this.#at += 1;
    return true;
  }

  /** Goes over one of these characters, which has to come next. @returns which */
  async take(...characters: readonly string[]): Promise<string> {
    for (const character of characters) if (await this.skip(character)) return character;
    throw await this.unexpected(characters.map((character) => JSON.stringify(character)).join(' or '));
  }

  /** A value that JSON.parse returns, such as a member's name. */
  async parsed(): Promise<unknown> {
    const { line } = this;
    const bytes = await this.value();
    try {
      return JSON.parse(bytes.toString('utf8'));
    } catch (error) {
      throw this.invalid(`not JSON: ${(error as Error).message}`, { line });
    }
  }

  /** The name of an object's member, with the colon after it. */
  async name(): Promise<string> {
    if ((await this.peek()) !== QUOTE) throw await this.unexpected('a name in double quotes');
    const name = (await this.parsed()) as string;
    await this.take(':');
    return name;
  }

  /**
   * The bytes of the next value on one line: white space between its parts is one space. Whether it is JSON in itself is not looked at.
   * @throws InvalidLineError for one that no item is as large as, or that is not UTF-8; CorruptBackupError if the file ends in it
   */
  async value(): Promise<Buffer> {
    const first = await this.peek();
    if (first === undefined || isClosing(first) || first === COMMA || first === COLON) {
      throw await this.unexpected('a value');
    }
    const start = this.line;
    let memory = Buffer.allocUnsafe(FIRST_MEMORY);
    let length = 0;
    let depth = 0;
    let isText = false;
    let isEscaped = false;
    let isWhole = false;
    do {
      for (; this.#at < this.#chunk.length && !isWhole; this.#at += 1) {
        let byte = this.#chunk[this.#at] as number;
        if (isText) {
          if (byte === LINE_BREAK) throw this.invalid('a line break in a text');
          if (isEscaped) isEscaped = false;
          else if (byte === BACKSLASH) isEscaped = true;
          else if (byte === QUOTE) {
            isText = false;
            isWhole = depth === 0;
          }
        } else if (byte === QUOTE) {
          isText = true;
        } else if (isOpening(byte)) {
          depth += 1;
        } else if (isClosing(byte)) {
          // Belongs to what a number, true, false or null stands in.
          if (depth === 0) return this.#checked(memory, length, start);
          depth -= 1;
          isWhole = depth === 0;
        } else if (isWhite(byte)) {
          if (depth === 0) return this.#checked(memory, length, start);
          if (byte === LINE_BREAK) this.line += 1;
          if (memory[length - 1] === SPACE) continue;
          byte = SPACE;
        } else if (depth === 0 && (byte === COMMA || byte === COLON)) {
          return this.#checked(memory, length, start);
        }
        if (length === memory.length) {
          if (length >= MAX_LINE_BYTES)
            throw this.invalid(`a value of more than ${MAX_LINE_BYTES} bytes, no item is`, { line: start });
          memory = Buffer.concat([memory, Buffer.allocUnsafe(memory.length)]);
        }
        memory[length] = byte;
        length += 1;
      }
    } while (!isWhole && (await this.#more()));
    if (depth > 0 || isText) throw this.cutShort();
    return this.#checked(memory, length, start);
  }

  /** What is wrong with the outline, in this line unless another is given. */
  invalid(problem: string, { line = this.line, advice = [] }: Where = {}): InvalidLineError {
    return new InvalidLineError({ file: this.#file, line }, problem, ['Nothing was written.', ...advice]);
  }

  /** Something else comes than what has to. */
  async unexpected(expected: string): Promise<InvalidLineError | CorruptBackupError> {
    const byte = await this.peek();
    if (byte === undefined) return this.cutShort();
    return this.invalid(`${JSON.stringify(String.fromCharCode(byte))} where ${expected} should be`);
  }

  cutShort(): CorruptBackupError {
    return new CorruptBackupError(`${this.#file} is cut short: it ends in line ${this.line}, before its JSON does.`, [
      'Nothing was written.',
      'Take another copy of it.',
    ]);
  }

  #checked(memory: Buffer, length: number, line: number): Buffer {
    const bytes = memory.subarray(0, length);
    if (isUtf8(bytes)) return bytes;
    throw this.invalid('not UTF-8 text', { line });
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done) return false;
    this.#chunk = next.value;
    this.#at = 0;
    return true;
  }
}

function isWhite(byte: number | undefined): boolean {
  return byte === SPACE || byte === LINE_BREAK || byte === 0x0d || byte === 0x09;
}

function isOpening(byte: number): boolean {
  return byte === 0x7b || byte === 0x5b;
}

function isClosing(byte: number): boolean {
  return byte === 0x7d || byte === 0x5d;
}

import { NamelessFile } from './nameless-file.ts';

/** Bytes that are gathered before they are written, and read at once. */
const CHUNK_SIZE = 64 * 1024;

const LINE_BREAK = 0x0a;

/**
 * Lines of text that are kept on disk until they are read, in their order. Without a line there is no file.
 *
 * @example
 * ```ts
 * import { SpilledLines } from '@cumulus/dynamodb/storage';
 *
 * const lines = new SpilledLines();
 * await lines.add(JSON.stringify({ uri: 's3://archive/G1.hdf' }));
 * for await (const some of lines.read()) console.log(some.length, 'of', lines.count);
 * await lines.close();
 * ```
 */
export class SpilledLines {
  #file: NamelessFile | undefined;
  #gathered: string[] = [];
  #size = 0;
  #count = 0;

  /** How many lines there are. */
  get count(): number {
    return this.#count;
  }

  /**
   * Adds a line, which has no line break.
   * @returns undefined if there was nothing to wait for; calls that are waited for must not overlap
   * @throws FileError for a full disk
   */
  add(line: string): Promise<void> | undefined {
    this.#gathered.push(line);
    this.#size += line.length + 1;
    this.#count += 1;
    return this.#size < CHUNK_SIZE ? undefined : this.#flush();
  }

  /** All lines, some at once. */
  async *read(): AsyncGenerator<readonly string[], void> {
    if (this.#file !== undefined) {
      await this.#flush();
      yield* linesOf(this.#file);
    } else if (this.#gathered.length > 0) {
      yield this.#gathered;
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  async #flush(): Promise<void> {
    if (this.#gathered.length === 0) return;
    const chunk = Buffer.from(`${this.#gathered.join('\n')}\n`);
    this.#gathered = [];
    this.#size = 0;
    this.#file ??= await NamelessFile.create();
    await this.#file.append(chunk);
  }
}

async function* linesOf(file: NamelessFile): AsyncGenerator<readonly string[], void> {
  let rest = Buffer.alloc(0);
  for (let position = 0; position < file.bytes; ) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_SIZE, file.bytes - position));
    position += await file.read(chunk, position);
    const last = chunk.lastIndexOf(LINE_BREAK);
    if (last < 0) {
      rest = Buffer.concat([rest, chunk]);
      continue;
    }
    yield Buffer.concat([rest, chunk.subarray(0, last)])
      .toString('utf8')
      .split('\n');
    rest = chunk.subarray(last + 1);
  }
}

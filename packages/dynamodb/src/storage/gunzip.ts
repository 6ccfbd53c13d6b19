import { once } from 'node:events';
import { createGunzip } from 'node:zlib';

/** How much of what is unpacked comes at once, in bytes. */
const UNPACKED_SIZE = 256 * 1024;

const GZIP_MAGIC = 0x1f;

/**
 * Unpacks a gzip file of any number of members, up to its last byte. Zero bytes between members and after the last one
 * are padding, which tapes and some tools write. Node's gunzip takes them as the end, and silently ignores what
 * follows.
 * @param stored the file's bytes; a chunk is done with when the next is asked for
 * @throws Error whose code begins with `Z_` for what is cut short, damaged, or followed by something else
 */
export async function* gunzip(stored: AsyncIterator<Buffer, void>): AsyncGenerator<Buffer, void> {
  const input = new StoredInput(stored);
  do yield* gunzipUpToPadding(input);
  while (await input.skipZeros());
}

async function* gunzipUpToPadding(input: StoredInput): AsyncGenerator<Buffer, void> {
  const unpacking = createGunzip({ chunkSize: UNPACKED_SIZE });
  const closed = once(unpacking, 'close').catch(() => undefined);
  const feed = async (): Promise<void> => {
    for (let chunk = await input.next(); !unpacking.destroyed; chunk = await input.next()) {
      if (chunk === undefined) {
        unpacking.end();
        return;
      }
      const before = unpacking.bytesWritten;
      await Promise.race([new Promise((resolve) => unpacking.write(chunk, resolve)), closed]);
      const taken = unpacking.bytesWritten - before;
      if (taken < chunk.length) {
        input.giveBack(chunk.subarray(taken));
        return;
      }
    }
  };
  const feeding = feed().catch((error: Error) => {
    unpacking.destroy(error);
  });
  try {
    yield* unpacking;
    await feeding;
  } finally {
    unpacking.destroy();
  }
}

/** The bytes of a file, some of which may have been given back. */
class StoredInput {
  readonly #stored: AsyncIterator<Buffer, void>;
  #back: Buffer | undefined;
  #bytes = 0;

  constructor(stored: AsyncIterator<Buffer, void>) {
    this.#stored = stored;
  }

  /** undefined at the file's end */
  async next(): Promise<Buffer | undefined> {
    const back = this.#back;
    this.#back = undefined;
    const chunk = back ?? (await this.#stored.next()).value ?? undefined;
    this.#bytes += chunk?.length ?? 0;
    return chunk;
  }

  giveBack(rest: Buffer): void {
    this.#back = rest;
    this.#bytes -= rest.length;
  }

  /**
   * Goes on to the next byte that is not zero.
   * @returns whether another member begins there; false at the file's end
   */
  async skipZeros(): Promise<boolean> {
    for (let chunk = await this.next(); chunk !== undefined; chunk = await this.next()) {
      const first = chunk.findIndex((byte) => byte !== 0);
      if (first < 0) continue;
      this.giveBack(chunk.subarray(first));
      if (chunk[first] === GZIP_MAGIC) return true;
      const error = new Error(`after its end, at byte ${this.#bytes}, something else follows`);
      throw Object.assign(error, { code: 'Z_DATA_ERROR' });
    }
    return false;
  }
}

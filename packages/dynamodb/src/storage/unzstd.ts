import { Decompress } from 'fzstd';
import createXxhash from 'xxhash-wasm';

/** https://datatracker.ietf.org/doc/html/rfc8878 */
const FRAME = 0xfd2fb528;
const SKIPPABLE_FRAME = 0x184d2a50;
const ANY_OF_SIXTEEN = 0xfffffff0;
/** The largest block, in bytes. */
const MAX_BLOCK = 128 * 1024;
/** How far back the library looks, in bytes; it sets aside as much memory. zstd itself takes up to 8 MB unless asked for more. */
const MAX_WINDOW = 32 * 1024 * 1024;

/**
 * Unpacks a zstd file of any number of frames, up to its last byte. The library checks neither that a frame is the last thing in the file
 * nor its checksum, so frames are followed here: header, blocks, checksum.
 * @param stored the file's bytes; a chunk is done with when the next is asked for
 * @throws Error whose code begins with `Z_` for what is cut short, damaged, or followed by something else; with
 *   ZSTD_UNSUPPORTED for a dictionary, or a window of more than 32 MB
 */
export async function* unzstd(stored: AsyncIterator<Buffer, void>): AsyncGenerator<Buffer, void> {
  const { create64 } = await createXxhash();
  const input = new ExactInput(stored);
  while (!(await input.isAtEnd())) {
    const magic = await input.take(4);
    if ((magic.readUInt32LE() & ANY_OF_SIXTEEN) >>> 0 === SKIPPABLE_FRAME) {
      await input.skip((await input.take(4)).readUInt32LE());
    } else if (magic.readUInt32LE() === FRAME) {
      yield* unpackFrame(magic, input, create64());
    } else {
      throw damaged(`at byte ${input.position - 4} something else than a frame begins`);
    }
  }
}

interface Hash {
  update(bytes: Uint8Array): unknown;
  digest(): bigint;
}

async function* unpackFrame(magic: Buffer, input: ExactInput, hash: Hash): AsyncGenerator<Buffer, void> {
  const unpacked: Buffer[] = [];
  const library = new Decompress((chunk) => {
    // A copy: it is a view of the library's own memory.
    if (chunk.length > 0) unpacked.push(Buffer.from(chunk));
  });
  const header = await frameHeader(input);
  let size = 0;
  const unpack = function* (packed: Buffer, isLast = false): Generator<Buffer, void> {
    push(library, packed, isLast);
    for (const chunk of unpacked.splice(0)) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  };
  yield* unpack(Buffer.concat([magic, header.bytes]));
  for (let isLast = false; !isLast; ) {
    const start = await input.take(3);
    const block = start.readUIntLE(0, 3);
    isLast = (block & 1) === 1;
    const isRepeated = ((block >> 1) & 3) === 1;
    if (block >> 3 > MAX_BLOCK) throw damaged(`a block has ${block >> 3} bytes`);
    yield* unpack(Buffer.concat([start, await input.take(isRepeated ? 1 : block >> 3)]));
  }
  const checksum = header.hasChecksum ? await input.take(4) : Buffer.alloc(0);
  yield* unpack(checksum, true);
  if (header.size !== undefined && header.size !== BigInt(size)) {
    throw damaged(`a frame holds ${size} bytes, and its header says ${header.size}`);
  }
  if (header.hasChecksum && BigInt(checksum.readUInt32LE()) !== (hash.digest() & 0xffffffffn)) {
    throw damaged('a frame does not have the checksum that it says');
  }
}

interface FrameHeader {
  readonly bytes: Buffer;
  readonly hasChecksum: boolean;
  /** Of what is packed in the frame, in bytes. */
  readonly size: bigint | undefined;
}

async function frameHeader(input: ExactInput): Promise<FrameHeader> {
  const descriptor = await input.take(1);
  const flags = descriptor[0] as number;
  const isSingle = (flags & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][flags & 3] as number;
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][flags >> 6] as number;
  const rest = await input.take((isSingle ? 0 : 1) + dictionaryBytes + sizeBytes);
  const dictionary = rest.subarray(isSingle ? 0 : 1).subarray(0, dictionaryBytes);
  if (dictionary.some((byte) => byte !== 0)) throw unsupported('it needs a dictionary');
  const size = sizeBytes === 0 ? undefined : contentSize(rest.subarray(rest.length - sizeBytes));
  const window = isSingle ? (size ?? 0n) : windowSize(rest[0] as number);
  if (window > MAX_WINDOW) throw unsupported('its window has more than 32 MB');
  return { bytes: Buffer.concat([descriptor, rest]), hasChecksum: (flags & 4) !== 0, size };
}

/** Of an exponent in the upper five bits, and eighths in the lower three. */
function windowSize(descriptor: number): number {
  return 2 ** (10 + (descriptor >> 3)) * (1 + (descriptor & 7) / 8);
}

function contentSize(bytes: Buffer): bigint {
  if (bytes.length === 8) return bytes.readBigUInt64LE();
  // Sizes of two bytes begin at 256.
  return BigInt(bytes.readUIntLE(0, bytes.length) + (bytes.length === 2 ? 256 : 0));
}

function push(library: Decompress, packed: Buffer, isLast: boolean): void {
  try {
    library.push(packed, isLast);
  } catch (error) {
    throw damaged((error as Error).message, error);
  }
}

function damaged(problem: string, cause?: unknown): Error {
  return Object.assign(new Error(problem, { cause }), { code: 'Z_DATA_ERROR' });
}

function unsupported(problem: string): Error {
  return Object.assign(new Error(problem), { code: 'ZSTD_UNSUPPORTED' });
}

/** The bytes of a file in pieces of given lengths. */
class ExactInput {
  /** Bytes that were taken. */
  position = 0;
  readonly #stored: AsyncIterator<Buffer, void>;
  #chunk: Buffer = Buffer.alloc(0);

  constructor(stored: AsyncIterator<Buffer, void>) {
    this.#stored = stored;
  }

  async isAtEnd(): Promise<boolean> {
    while (this.#chunk.length === 0) {
      const next = await this.#stored.next();
      if (next.done) return true;
      this.#chunk = next.value;
    }
    return false;
  }

  async take(length: number): Promise<Buffer> {
    const taken = Buffer.allocUnsafe(length);
    await this.#pass(length, (piece, at) => piece.copy(taken, at));
    return taken;
  }

  async skip(length: number): Promise<void> {
    await this.#pass(length, () => undefined);
  }

  async #pass(length: number, use: (piece: Buffer, at: number) => void): Promise<void> {
    for (let at = 0; at < length; ) {
      if (await this.isAtEnd()) throw damaged('it is cut short');
      const piece = this.#chunk.subarray(0, length - at);
      use(piece, at);
      at += piece.length;
      this.position += piece.length;
      this.#chunk = this.#chunk.subarray(piece.length);
    }
  }
}

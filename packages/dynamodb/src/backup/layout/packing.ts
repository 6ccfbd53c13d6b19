import { isNativeError } from 'node:util/types';
import { gunzip } from '../../storage/gunzip.ts';
import type { StoredFile } from '../../storage/storage.ts';
import { CorruptBackupError } from '../errors.ts';

/** How a file is packed. */
export type Packing = 'none' | 'gzip';

const GZIP = [0x1f, 0x8b] as const;

/** How a file is packed, by its first bytes. No text begins with them. */
export function packingOf(head: Buffer): Packing {
  return GZIP.every((byte, index) => head[index] === byte) ? 'gzip' : 'none';
}

export interface TextOptions {
  readonly packing: Packing;
  /** Whether chunks stay valid; else only until the next is asked for, in memory used again. */
  readonly keep: boolean;
  /** Called with all bytes as they are stored, in order. */
  readonly measure: (chunk: Buffer) => void;
  /** What to do about a file that is damaged. */
  readonly advice: readonly string[];
}

/** Bytes by which a packing is recognized. */
const MAGIC_BYTES = 4;

export async function findPacking(file: StoredFile): Promise<Packing> {
  return packingOf(await file.head(MAGIC_BYTES));
}

/**
 * A file's text, in chunks.
 * @throws CorruptBackupError if a packed file is cut short or damaged, or packed twice
 */
export async function* readText(
  file: StoredFile,
  { packing, keep, measure, advice }: TextOptions,
): AsyncGenerator<Buffer, void> {
  // Unpacked chunks have their own memory.
  const stored = measured(file.chunks(keep && packing === 'none'), measure);
  if (packing === 'none') return yield* stored;
  let isFirst = true;
  try {
    for await (const chunk of gunzip(stored)) {
      const inner = isFirst ? packingOf(chunk) : 'none';
      if (inner !== 'none') {
        throw new CorruptBackupError(`${file.name} is packed twice: in the ${packing} file there is another.`, [
          `Unpack it once, by ${UNPACK[packing]}, and name what comes out.`,
        ]);
      }
      isFirst = false;
      yield chunk;
    }
  } catch (error) {
    if (isNativeError(error) && (error as NodeJS.ErrnoException).code?.startsWith('Z_')) {
      throw new CorruptBackupError(`${file.name} is no whole ${packing} file: ${error.message}.`, advice, error);
    }
    throw error;
  }
}

const UNPACK: Readonly<Record<Exclude<Packing, 'none'>, string>> = { gzip: 'gunzip' };

async function* measured(
  chunks: AsyncIterable<Buffer>,
  measure: (chunk: Buffer) => void,
): AsyncGenerator<Buffer, void> {
  for await (const chunk of chunks) {
    measure(chunk);
    yield chunk;
  }
}

import { isNativeError } from 'node:util/types';
import { gunzip } from '../../storage/gunzip.ts';
import type { StoredFile } from '../../storage/storage.ts';
import { CorruptBackupError } from '../errors.ts';
import { foreign } from './foreign-format.ts';

/** How a file is packed. */
export type Packing = 'none' | 'gzip' | 'zstd';

const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
/** A frame that is to be passed over: what pzstd begins with. The first byte has sixteen values. */
const ZSTD_SKIPPABLE = Buffer.from([0x2a, 0x4d, 0x18]);

/** How a file is packed, by its first bytes. No text begins with them. */
export function packingOf(head: Buffer): Packing {
  if (head.subarray(0, GZIP.length).equals(GZIP)) return 'gzip';
  const isSkippable = ((head[0] ?? 0) & 0xf0) === 0x50 && head.subarray(1, 4).equals(ZSTD_SKIPPABLE);
  return isSkippable || head.subarray(0, ZSTD.length).equals(ZSTD) ? 'zstd' : 'none';
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
    for await (const chunk of packing === 'gzip' ? gunzip(stored) : unzstd(stored)) {
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
    const { code } = error as NodeJS.ErrnoException;
    if (!isNativeError(error) || typeof code !== 'string') throw error;
    if (code === 'ZSTD_UNSUPPORTED') throw foreign(file.name, `packed by zstd so that ${error.message}`, UNPACK_ZSTD);
    if (!code.startsWith('Z_')) throw error;
    throw new CorruptBackupError(`${file.name} is no whole ${packing} file: ${error.message}.`, advice, error);
  }
}

const UNPACK: Readonly<Record<Exclude<Packing, 'none'>, string>> = { gzip: 'gunzip', zstd: 'unzstd' };
const UNPACK_ZSTD = 'Unpack it: unzstd --long=31 FILE, with its dictionary if it needs one';

/** Loaded only where a file is packed so: it takes WebAssembly. */
async function* unzstd(stored: AsyncIterator<Buffer, void>): AsyncGenerator<Buffer, void> {
  const { unzstd: unpack } = await import('../../storage/unzstd.ts');
  yield* unpack(stored);
}

async function* measured(
  chunks: AsyncIterable<Buffer>,
  measure: (chunk: Buffer) => void,
): AsyncGenerator<Buffer, void> {
  for await (const chunk of chunks) {
    measure(chunk);
    yield chunk;
  }
}

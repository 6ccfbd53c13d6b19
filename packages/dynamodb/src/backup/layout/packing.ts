import { isNativeError } from 'node:util/types';
import { DECRYPTION_FAILED, decrypt, ENCRYPTED_MAGIC_BYTES, isEncrypted } from '../../storage/encryption/decrypt.ts';
import { gunzip } from '../../storage/gunzip.ts';
import type { StoredFile } from '../../storage/storage.ts';
import { CorruptBackupError } from '../errors.ts';
import { foreign } from './foreign-format.ts';

/** How a file is packed; of an encrypted file, how what is in it is packed. */
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
  /** How the file has to be packed, if a manifest says so; else any packing will do. A file without a byte has none. */
  readonly packing?: Packing | undefined;
  /** Secret keys of age, of which one opens the file if it is encrypted. */
  readonly identities?: readonly string[] | undefined;
  /** The public keys that it is encrypted to, if that is known. */
  readonly recipients?: readonly string[] | undefined;
  /** Whether chunks stay valid; else only until the next is asked for, in memory used again. */
  readonly keep: boolean;
  /** Called with all bytes as they are stored, in order. */
  readonly measure: (chunk: Buffer) => void;
  /** What to do about a file that is damaged. */
  readonly advice: readonly string[];
}

/** Whether a file is encrypted. */
export async function isEncryptedFile(file: StoredFile): Promise<boolean> {
  return isEncrypted(await file.head(ENCRYPTED_MAGIC_BYTES));
}

/**
 * A file's text, in chunks.
 * @throws CorruptBackupError if an encrypted or packed file is cut short or damaged, or packed twice, or otherwise than it has to be
 * @throws FileLockedError for an encrypted file, without a secret key that opens it
 */
export async function* readText(file: StoredFile, options: TextOptions): AsyncGenerator<Buffer, void> {
  const { keep, measure } = options;
  const head = await file.head(ENCRYPTED_MAGIC_BYTES);
  if (isEncrypted(head)) return yield* decryptedText(file, options);
  const packing = packingOf(head);
  if (head.length > 0) requirePacking(packing, file, options);
  // Unpacked chunks have their own memory.
  yield* unpacked(measured(file.chunks(keep && packing === 'none'), measure), packing, file, options);
}

async function* decryptedText(file: StoredFile, options: TextOptions): AsyncGenerator<Buffer, void> {
  const { measure, advice } = options;
  try {
    const text = decrypt(measured(file.chunks(true), measure), { ...options, name: file.name });
    const first = (await text.next()).value ?? Buffer.alloc(0);
    const packing = packingOf(first);
    if (first.length > 0) requirePacking(packing, file, options);
    yield* unpacked(joined(first, text), packing, file, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== DECRYPTION_FAILED) throw error;
    throw new CorruptBackupError(
      `${file.name} is not as it was encrypted: ${(error as Error).message}.`,
      advice,
      error,
    );
  }
}

async function* joined(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  yield first;
  yield* rest;
}

/** @throws CorruptBackupError if a manifest calls a gzipped file a plain one, or the other way round */
function requirePacking(packing: Packing, file: StoredFile, { packing: said = packing, advice }: TextOptions): void {
  if (packing === said) return;
  const is = packing === 'gzip' ? '' : 'not ';
  throw new CorruptBackupError(`${file.name} is damaged: it is ${is}gzipped, its manifest says the opposite.`, advice);
}

async function* unpacked(
  stored: AsyncGenerator<Buffer, void>,
  packing: Packing,
  file: StoredFile,
  { advice }: TextOptions,
): AsyncGenerator<Buffer, void> {
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

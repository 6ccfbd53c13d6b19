import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { explainFileError } from '../../storage/disk/errors.ts';
import { createTemporaryFile } from '../../storage/disk/temporary-file.ts';
import { isEncrypted } from '../../storage/encryption/decrypt.ts';
import { CorruptBackupError } from '../errors.ts';
import { LINE_BREAK, MAX_LINE_BYTES } from '../format/lines.ts';
import { packingOf } from '../layout/packing.ts';
import { BEGINNING, holdsAllItems } from '../layout/recognize.ts';

/** A stream's content in a private file, so that it can be checked to its end before it is used. */
export interface SpooledInput {
  readonly path: string;
  /** Removes the file. */
  remove(): Promise<void>;
}

/**
 * Copies a stream, standard input for instance, to a private temporary file.
 * @throws FileError; CorruptBackupError for a line that no item is as long as; what the stream throws, and the abort's reason
 * @example
 * ```ts
 * import { spool, verifyBackup } from '@cumulus/dynamodb/backup';
 *
 * const { path, remove } = await spool(process.stdin);
 * await verifyBackup({ file: path, fileName: 'standard input' }).finally(remove);
 * ```
 */
export async function spool(stream: AsyncIterable<Uint8Array>, abortSignal?: AbortSignal): Promise<SpooledInput> {
  let path = tmpdir();
  const remove = (): Promise<void> => rm(path, { force: true });
  try {
    const created = await createTemporaryFile(path);
    path = created.path;
    try {
      const line = new LineLength();
      for await (const chunk of stream) {
        abortSignal?.throwIfAborted();
        line.add(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
        await created.file.writeFile(chunk);
      }
    } finally {
      await created.file.close();
    }
    return { path, remove };
  } catch (error) {
    if (path !== tmpdir()) await remove();
    throw explainFileError(error, path);
  }
}

/** The length of the current line of a stream. A packed stream has none, and a JSON text of all items may be one. */
class LineLength {
  /** The beginning, until it is enough to see what it is: a stream may begin with a chunk of a few bytes. */
  #head: Buffer = Buffer.alloc(0);
  #hasLines: boolean | undefined;
  #bytes = 0;

  /** @throws CorruptBackupError for a line that no item is as long as: what has no end would fill the disk */
  add(chunk: Buffer): void {
    if (this.#hasLines === undefined) this.#recognize(chunk);
    const lineBreak = chunk.lastIndexOf(LINE_BREAK);
    this.#bytes = lineBreak < 0 ? this.#bytes + chunk.length : chunk.length - lineBreak - 1;
    if (this.#hasLines === false || this.#bytes <= MAX_LINE_BYTES) return;
    throw new CorruptBackupError(`The input has a line of more than ${MAX_LINE_BYTES} bytes, which no item has.`, [
      'Nothing was written.',
    ]);
  }

  #recognize(chunk: Buffer): void {
    this.#head = Buffer.concat([this.#head, chunk]);
    if (isEncrypted(this.#head) || packingOf(this.#head) !== 'none' || holdsAllItems(this.#head))
      this.#hasLines = false;
    else if (this.#head.length >= BEGINNING) this.#hasLines = true;
  }
}

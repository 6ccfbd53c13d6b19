import { type FileHandle, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { explainFileError } from '../disk/errors.ts';
import { createTemporaryFile } from '../disk/temporary-file.ts';

/**
 * Opens a private file that has no name any more while it is used, so that nothing stays behind however the process ends.
 * @throws FileError
 */
export async function openNameless(): Promise<FileHandle> {
  try {
    const { path, file } = await createTemporaryFile(tmpdir());
    await rm(path);
    return file;
  } catch (error) {
    throw explainFileError(error, tmpdir());
  }
}

/** What is held on disk for a while: written at its end, read anywhere. */
export class NamelessFile {
  readonly #file: FileHandle;
  #bytes = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** @throws FileError */
  static async create(): Promise<NamelessFile> {
    return new NamelessFile(await openNameless());
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Appends all of the chunk; calls must not overlap. @throws FileError for a full disk */
  async append(chunk: Uint8Array): Promise<void> {
    try {
      for (let written = 0; written < chunk.length; ) {
        const { bytesWritten } = await this.#file.write(chunk, written, chunk.length - written, this.#bytes + written);
        written += bytesWritten;
      }
    } catch (error) {
      throw explainFileError(error, tmpdir());
    }
    this.#bytes += chunk.length;
  }

  /** Fills the buffer from a position on. @returns how many bytes there were @throws FileError */
  async read(buffer: Uint8Array, position: number): Promise<number> {
    try {
      let filled = 0;
      while (filled < buffer.length) {
        const { bytesRead } = await this.#file.read(buffer, filled, buffer.length - filled, position + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return filled;
    } catch (error) {
      throw explainFileError(error, tmpdir());
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { PartialBackup } from './backup-place.ts';
import { explainFileError, openOwnToChange } from './durable-file.ts';
import { ResumeMismatchError } from './errors.ts';
import { PRIVATE_FILE } from './temporary-file.ts';

/** A data file that grows at its end: counted and hashed as it is written. */
export class PartialFile implements PartialBackup {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #hash: Hash;
  #bytes: number;

  private constructor(path: string, file: FileHandle, hash: Hash, bytes: number) {
    this.#path = path;
    this.#file = file;
    this.#hash = hash;
    this.#bytes = bytes;
  }

  /** Makes the file anew, private, and empty. */
  static async create(path: string): Promise<PartialFile> {
    try {
      return new PartialFile(path, await open(path, 'wx', PRIVATE_FILE), createHash('sha256'), 0);
    } catch (error) {
      throw explainFileError(error, path);
    }
  }

  /**
   * Opens the file of an interrupted run, proves the part that its checkpoint vouches for, and cuts off the rest.
   * @throws ResumeMismatchError if that part is not what it was, or the file is another's
   */
  static async continue(path: string, bytes: number, sha256: string): Promise<PartialFile> {
    const hash = createHash('sha256');
    try {
      const file = await openOwnToChange(path);
      try {
        await checkSole(file, path);
        let read = 0;
        if (bytes > 0) {
          for await (const chunk of file.createReadStream({ start: 0, end: bytes - 1, autoClose: false })) {
            hash.update(chunk as Buffer);
            read += (chunk as Buffer).length;
          }
        }
        if (read !== bytes || hash.copy().digest('hex') !== sha256) {
          throw new ResumeMismatchError(`${path} is not what the interrupted backup had written.`, [
            'Start again, without --resume.',
          ]);
        }
        await file.truncate(bytes);
        return new PartialFile(path, file, hash, bytes);
      } catch (error) {
        await file.close();
        throw error;
      }
    } catch (error) {
      throw explainFileError(error, path);
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The SHA-256 of what was written so far, in hexadecimal. */
  get sha256(): string {
    return this.#hash.copy().digest('hex');
  }

  /** Appends all of the chunk. Calls must not overlap. */
  async append(chunk: Uint8Array): Promise<void> {
    try {
      let written = 0;
      while (written < chunk.length) {
        const { bytesWritten } = await this.#file.write(chunk, written, chunk.length - written, this.#bytes + written);
        written += bytesWritten;
      }
    } catch (error) {
      throw explainFileError(error, this.#path);
    }
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
  }

  /** Has what was written so far on disk when it returns. */
  async flush(): Promise<void> {
    try {
      await this.#file.datasync();
    } catch (error) {
      throw explainFileError(error, this.#path);
    }
  }

  async end(): Promise<void> {
    await this.flush();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** What is written to a file goes to whoever else has a name for it, or owns it. */
async function checkSole(file: FileHandle, path: string): Promise<void> {
  const { nlink, uid } = await file.stat();
  const problem =
    nlink > 1
      ? 'has other names (hard links), under which the backup would be written too'
      : uid !== (process.geteuid?.() ?? uid)
        ? 'belongs to another user, who could read the backup'
        : undefined;
  if (problem !== undefined) {
    throw new ResumeMismatchError(`${path} ${problem}.`, [
      'Nothing was written to it.',
      'Start again, without --resume.',
    ]);
  }
}

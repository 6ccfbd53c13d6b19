import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { ResumeMismatchError } from '../errors.ts';
import { type NewFile, PARTIAL_SUFFIX } from '../storage.ts';
import { explainFileError } from './errors.ts';
import { openOwnToChange } from './read-file.ts';
import { syncDirectoryOf } from './replace-file.ts';
import { PRIVATE_FILE } from './temporary-file.ts';

/** A file that is `NAME.partial` until it is published. */
export class NewDiskFile implements NewFile {
  readonly #target: string;
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #hash: Hash;
  #bytes: number;

  private constructor(target: string, file: FileHandle, hash: Hash, bytes: number) {
    this.#target = target;
    this.#path = target + PARTIAL_SUFFIX;
    this.#file = file;
    this.#hash = hash;
    this.#bytes = bytes;
  }

  /** Creates the file, private and empty. @param target the name that it is to get */
  static async create(target: string): Promise<NewDiskFile> {
    const path = target + PARTIAL_SUFFIX;
    try {
      return new NewDiskFile(target, await open(path, 'wx', PRIVATE_FILE), createHash('sha256'), 0);
    } catch (error) {
      throw explainFileError(error, path);
    }
  }

  /**
   * Opens the file of an interrupted run, proves the part that its checkpoint proves, and cuts off the rest.
   * @throws ResumeMismatchError if that part is not what it was, or the file is another's
   */
  static async resume(target: string, bytes: number, sha256: string): Promise<NewDiskFile> {
    const path = target + PARTIAL_SUFFIX;
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
          throw new ResumeMismatchError(`${path} is not what the interrupted run had written.`, [
            'Start again from the beginning.',
          ]);
        }
        await file.truncate(bytes);
        return new NewDiskFile(target, file, hash, bytes);
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

  /** Returns once everything written so far is on disk. */
  async flush(): Promise<void> {
    try {
      await this.#file.datasync();
    } catch (error) {
      throw explainFileError(error, this.#path);
    }
  }

  async finish(): Promise<void> {
    await this.flush();
  }

  async publish(): Promise<void> {
    try {
      await this.#file.close();
      // The content must be on disk before the rename, in case power is lost.
      await syncDirectoryOf(this.#target);
      await rename(this.#path, this.#target);
      await syncDirectoryOf(this.#target);
    } catch (error) {
      throw explainFileError(error, this.#target);
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Refuses a file with other names or another owner: they would get what is written. */
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
      'Start again from the beginning.',
    ]);
  }
}

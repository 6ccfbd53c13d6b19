import type { FileHandle } from 'node:fs/promises';
import { explainFileError, openToRead } from '../backup/durable-file.ts';
import { CorruptBackupError } from '../backup/errors.ts';

const READ_SIZE = 256 * 1024;

/** A file that was found, and holds the same bytes however often it is read; or the reading fails. */
export interface StoredFile {
  /** The path or URL. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Its first bytes, as many as there are up to this number. */
  head(bytes: number): Promise<Buffer>;
  /**
   * Its bytes from the start. There can be several readings at once.
   * @param keep whether chunks stay valid; else only until the next is asked for, in memory used again
   */
  chunks(keep: boolean): AsyncGenerator<Buffer, void>;
  close(): Promise<void>;
}

/** A file on disk. While it is open it stays, also when another takes its name. */
export class DiskFile implements StoredFile {
  readonly name: string;
  readonly size: number;
  /** Tells this file from another that took its name. */
  readonly inode: number;
  readonly #file: FileHandle;

  private constructor(name: string, size: number, inode: number, file: FileHandle) {
    this.name = name;
    this.size = size;
    this.inode = inode;
    this.#file = file;
  }

  /**
   * @param name what to call it in messages, if not by its path
   * @throws FileError, CorruptBackupError if it is no regular file
   */
  static async open(path: string, name = path): Promise<DiskFile> {
    try {
      const file = await openToRead(path);
      const status = await file.stat();
      if (status.isFile()) return new DiskFile(name, status.size, status.ino, file);
      await file.close();
    } catch (error) {
      throw explainFileError(error, path);
    }
    throw new CorruptBackupError(`${path} is no regular file.`, ['Name a backup file.']);
  }

  async head(bytes: number): Promise<Buffer> {
    const { buffer, bytesRead } = await this.#file.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  }

  async *chunks(keep: boolean): AsyncGenerator<Buffer, void> {
    let memory = Buffer.allocUnsafe(READ_SIZE);
    for (let position = 0; ; ) {
      const { bytesRead } = await this.#file.read(memory, 0, READ_SIZE, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield memory.subarray(0, bytesRead);
      if (keep) memory = Buffer.allocUnsafe(READ_SIZE);
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

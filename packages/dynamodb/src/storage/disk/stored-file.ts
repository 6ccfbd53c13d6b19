import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { FileStatus, StoredFile } from '../storage.ts';
import { explainFileError, irregular } from './errors.ts';
import { openToRead } from './read-file.ts';

const READ_SIZE = 256 * 1024;

/** A file on disk. While it is open it stays, also when another takes its name. */
export class DiskFile implements StoredFile {
  readonly name: string;
  readonly status: FileStatus;
  readonly #file: FileHandle;

  private constructor(name: string, status: FileStatus, file: FileHandle) {
    this.name = name;
    this.status = status;
    this.#file = file;
  }

  /**
   * @param name what to call it in messages, if not by its path
   * @throws FileError if it is missing, or no regular file
   */
  static async open(path: string, name = path): Promise<DiskFile> {
    try {
      const file = await openToRead(path);
      const status = await file.stat();
      if (status.isFile()) return new DiskFile(name, statusOf(status), file);
      await file.close();
    } catch (error) {
      throw explainFileError(error, path);
    }
    throw irregular(path);
  }

  async head(bytes: number): Promise<Buffer> {
    return this.#read(Buffer.alloc(bytes), 0);
  }

  async *chunks(keep: boolean): AsyncGenerator<Buffer, void> {
    let memory = Buffer.allocUnsafe(READ_SIZE);
    for (let position = 0; ; ) {
      const chunk = await this.#read(memory, position);
      if (chunk.length === 0) return;
      position += chunk.length;
      yield chunk;
      if (keep) memory = Buffer.allocUnsafe(READ_SIZE);
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #read(memory: Buffer, position: number): Promise<Buffer> {
    try {
      const { bytesRead } = await this.#file.read(memory, 0, memory.length, position);
      return memory.subarray(0, bytesRead);
    } catch (error) {
      throw explainFileError(error, this.name);
    }
  }
}

export function statusOf({ size, mtime, ino }: Stats): FileStatus {
  return { size, modified: mtime, version: String(ino), metadata: {} };
}

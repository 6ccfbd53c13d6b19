import { createCipheriv, randomBytes } from 'node:crypto';
import { type FileHandle, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { explainFileError } from '../disk/errors.ts';
import { createTemporaryFile } from '../disk/temporary-file.ts';

/** Encrypts at any position of a file alike, so that a part can be read without the rest. */
const CIPHER = 'aes-256-ctr';
const KEY_BYTES = 32;
const BLOCK = 16;

/**
 * What is held on disk for a while: written at its end, read anywhere. The file is private, and has no name any more while it is used, so
 * that nothing stays behind however the process ends. It is encrypted with a key that is in memory only: what was an encrypted backup
 * does not come to lie on the disk as text. Nobody else can write to it, so it is not proved.
 */
export class NamelessFile {
  readonly #file: FileHandle;
  readonly #key = randomBytes(KEY_BYTES);
  #bytes = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** @throws FileError */
  static async create(): Promise<NamelessFile> {
    try {
      const { path, file } = await createTemporaryFile(tmpdir());
      await rm(path);
      return new NamelessFile(file);
    } catch (error) {
      throw explainFileError(error, tmpdir());
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Appends all of the chunk; calls must not overlap. @throws FileError for a full disk */
  async append(chunk: Uint8Array): Promise<void> {
    const encrypted = this.#crypt(chunk, this.#bytes);
    try {
      for (let written = 0; written < encrypted.length; ) {
        const { bytesWritten } = await this.#file.write(
          encrypted,
          written,
          encrypted.length - written,
          this.#bytes + written,
        );
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
      buffer.set(this.#crypt(buffer.subarray(0, filled), position));
      return filled;
    } catch (error) {
      throw explainFileError(error, tmpdir());
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** Encrypts, or decrypts, which is the same: the counter of each block is its place in the file. */
  #crypt(bytes: Uint8Array, position: number): Buffer {
    const counter = Buffer.alloc(BLOCK);
    counter.writeBigUInt64BE(BigInt(Math.floor(position / BLOCK)), BLOCK - 8);
    const cipher = createCipheriv(CIPHER, this.#key, counter);
    cipher.update(Buffer.alloc(position % BLOCK));
    return cipher.update(bytes);
  }
}

import type { NewFile } from '../storage.ts';
import { AgeWriter } from './age-writer.ts';

/**
 * A file that is encrypted by age as it is written. Size and SHA-256 are those of what is stored. It cannot be resumed: the key is
 * in memory only.
 */
export class EncryptedFile implements NewFile {
  readonly #stored: NewFile;
  readonly #writer: AgeWriter;

  private constructor(stored: NewFile, writer: AgeWriter) {
    this.#stored = stored;
    this.#writer = writer;
  }

  /**
   * @param stored what the encrypted bytes are written to
   * @param recipients public keys that were checked
   */
  static async create(stored: NewFile, recipients: readonly string[]): Promise<EncryptedFile> {
    return new EncryptedFile(stored, await AgeWriter.create(recipients, (chunk) => stored.append(chunk)));
  }

  get bytes(): number {
    return this.#stored.bytes;
  }

  get sha256(): string {
    return this.#stored.sha256;
  }

  async append(chunk: Uint8Array): Promise<void> {
    await this.#writer.append(chunk);
  }

  /** Nothing of it can be continued from. */
  async flush(): Promise<void> {}

  async finish(): Promise<void> {
    await this.#writer.finish();
    await this.#stored.finish();
  }

  async publish(): Promise<void> {
    await this.#stored.publish();
  }

  async close(): Promise<void> {
    await this.#writer.abort();
    await this.#stored.close();
  }
}

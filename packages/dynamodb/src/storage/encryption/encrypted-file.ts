import type { NewFile } from '../storage.ts';

/**
 * A file that is encrypted by age as it is written. Size and SHA-256 are those of what is stored. It cannot be resumed: the key is
 * in memory only.
 */
export class EncryptedFile implements NewFile {
  readonly #stored: NewFile;
  readonly #source: Source;
  readonly #writing: Promise<void>;

  private constructor(stored: NewFile, source: Source, encrypted: AsyncIterable<Uint8Array>) {
    this.#stored = stored;
    this.#source = source;
    this.#writing = this.#write(encrypted);
    // It is awaited later. Without a handler, a failure before that would end the process.
    this.#writing.catch(() => undefined);
  }

  /**
   * @param stored what the encrypted bytes are written to
   * @param recipients public keys that were checked
   */
  static async create(stored: NewFile, recipients: readonly string[]): Promise<EncryptedFile> {
    const { Encrypter } = await import('age-encryption');
    const encrypter = new Encrypter();
    for (const recipient of new Set(recipients)) encrypter.addRecipient(recipient);
    const source = new Source();
    return new EncryptedFile(stored, source, await encrypter.encrypt(source.stream));
  }

  get bytes(): number {
    return this.#stored.bytes;
  }

  get sha256(): string {
    return this.#stored.sha256;
  }

  async append(chunk: Uint8Array): Promise<void> {
    await this.#source.give(chunk);
  }

  /** Nothing of it can be continued from. */
  async flush(): Promise<void> {}

  async finish(): Promise<void> {
    this.#source.end();
    await this.#writing;
    await this.#stored.finish();
  }

  async publish(): Promise<void> {
    await this.#stored.publish();
  }

  async close(): Promise<void> {
    this.#source.abort();
    await this.#writing.catch(() => undefined);
    await this.#stored.close();
  }

  async #write(encrypted: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const chunk of encrypted) await this.#stored.append(chunk);
    } catch (error) {
      this.#source.fail(error);
      throw error;
    }
  }
}

/** Chunks of which each is worked on to its end before the next is taken. */
class Source {
  readonly stream: ReadableStream<Uint8Array>;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  /** Settled once the next chunk is wanted. */
  #wanted = new Signal();
  #isOpen = true;

  constructor() {
    this.stream = new ReadableStream(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#wanted.settle(),
        // Nothing is wanted any more. Why follows by `fail`.
        cancel: () => {
          this.#isOpen = false;
          this.#wanted = new Signal();
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** Returns once the chunk was taken, so that its memory is free again. */
  async give(chunk: Uint8Array): Promise<void> {
    if (chunk.length === 0) return;
    await this.#nextWanted();
    this.#wanted = new Signal();
    this.#controller.enqueue(chunk);
    await this.#nextWanted();
  }

  end(): void {
    if (this.#isOpen) this.#controller.close();
    this.#isOpen = false;
  }

  /** Ends it so that what was written is no whole file. */
  abort(): void {
    if (this.#isOpen) this.#controller.error(new Error('The file was given up.'));
    this.#isOpen = false;
  }

  fail(error: unknown): void {
    this.#wanted.fail(error);
  }

  async #nextWanted(): Promise<void> {
    for (let wanted: Signal | undefined; wanted !== this.#wanted; ) {
      wanted = this.#wanted;
      await wanted.promise;
    }
  }
}

class Signal {
  readonly promise: Promise<void>;
  #resolve!: () => void;
  #reject!: (error: unknown) => void;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.promise.catch(() => undefined);
  }

  settle(): void {
    this.#resolve();
  }

  fail(error: unknown): void {
    this.#reject(error);
  }
}

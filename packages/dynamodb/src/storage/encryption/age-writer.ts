import { encrypterTo } from './encrypter.ts';

/** Takes encrypted bytes, all of a chunk before the next one. */
export type TakeEncrypted = (chunk: Uint8Array) => Promise<void>;

/** Encrypts what is given bit by bit, in constant memory. */
export class AgeWriter {
  readonly #source: Source;
  readonly #writing: Promise<void>;

  private constructor(source: Source, encrypted: AsyncIterable<Uint8Array>, take: TakeEncrypted) {
    this.#source = source;
    this.#writing = this.#write(encrypted, take);
    // It is awaited later. Without a handler, a failure before that would end the process.
    this.#writing.catch(() => undefined);
  }

  /** @param recipients public keys that were checked */
  static async create(recipients: readonly string[], take: TakeEncrypted): Promise<AgeWriter> {
    const encrypter = await encrypterTo(recipients);
    const source = new Source();
    return new AgeWriter(source, await encrypter.encrypt(source.stream), take);
  }

  /** Takes all of the chunk, whose memory is free again afterwards. Calls must not overlap. @throws what the taking throws */
  async append(chunk: Uint8Array): Promise<void> {
    await this.#source.give(chunk);
  }

  /** Ends it; returns once everything is taken. */
  async finish(): Promise<void> {
    this.#source.end();
    await this.#writing;
  }

  /** Ends it so that what was taken is no whole file; after {@link finish} it does nothing. */
  async abort(): Promise<void> {
    this.#source.abort();
    await this.#writing.catch(() => undefined);
  }

  async #write(encrypted: AsyncIterable<Uint8Array>, take: TakeEncrypted): Promise<void> {
    try {
      for await (const chunk of encrypted) await take(chunk);
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

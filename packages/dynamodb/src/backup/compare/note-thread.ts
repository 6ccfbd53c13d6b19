import { Worker } from 'node:worker_threads';
import { SerialQueue } from '../../aws/serial-queue.ts';
import type { Side } from './item-note.ts';
import { PROGRAM } from './note-thread-program.ts';
import type { NoteOptions } from './page-notes.ts';

/** A page that is in memory of a carrier for the thread, or its notes that are there now. */
export interface Carried {
  /** The number of the carrier. */
  readonly carrier: number;
  readonly side: Side;
  /** How many bytes of the memory count. */
  readonly length: number;
  /** The carrier's memory, if it is another than before. */
  readonly memory?: SharedArrayBuffer | undefined;
}

/** Pages that the thread has at once: one to work on, and one to go on with. */
const PAGES = 2;

/** Room to spare, so that a slightly larger page needs no other memory. */
const GROWTH = 1.25;

/** What the thread may have of V8's heap, in megabytes: for what comes and goes, of which usual items need no more, and for the rest. */
const HEAP = { maxYoungGenerationSizeMb: 3, maxOldGenerationSizeMb: 64 } as const;

/** Shared memory that carries one page after the other. */
interface Carrier {
  readonly number: number;
  readonly queue: SerialQueue;
  memory: Buffer;
}

/**
 * A thread that does what `PageNotes` does. Nobody may rely on it: what it does not note, for whatever reason, the caller has to note,
 * and then finds the reason too. An idle thread keeps no process alive.
 */
export class NoteThread {
  #worker: Worker | undefined;
  readonly #carriers: readonly Carrier[] = Array.from({ length: PAGES }, (_, number) => ({
    number,
    queue: new SerialQueue(),
    memory: Buffer.alloc(0),
  }));
  #pages = 0;
  /** Those who wait for notes, in the order of their pages. */
  readonly #waiting: ((notes: Carried | undefined) => void)[] = [];

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.unref();
    worker.on('message', (notes: Carried) => this.#answer(notes));
    // The thread ends then.
    worker.on('error', () => undefined);
    worker.once('exit', () => {
      this.#worker = undefined;
      while (this.#waiting.length > 0) this.#answer(undefined);
    });
  }

  /** @returns undefined where it cannot be started */
  static start(options: NoteOptions): NoteThread | undefined {
    if (PROGRAM === undefined) return undefined;
    try {
      const worker = new Worker(PROGRAM, {
        eval: true,
        workerData: options,
        // What the process was started with is not for this thread.
        env: {},
        execArgv: [],
        resourceLimits: HEAP,
      });
      return new NoteThread(worker);
    } catch {
      // Node's permissions may forbid threads.
      return undefined;
    }
  }

  /**
   * Notes the items of a page.
   * @param page has to stay as it is until the promise is settled
   * @param take gets the notes, which are valid until its promise is settled
   * @returns whether it got them
   */
  note(side: Side, page: Buffer, take: (notes: Uint8Array) => Promise<void>): Promise<boolean> {
    const carrier = this.#carriers[this.#pages % PAGES] as Carrier;
    this.#pages += 1;
    return carrier.queue.run(async () => {
      const notes = await this.#send(carrier, side, page);
      if (notes === undefined) return false;
      if (notes.memory !== undefined) carrier.memory = Buffer.from(notes.memory);
      await take(carrier.memory.subarray(0, notes.length));
      return true;
    });
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  async #send(carrier: Carrier, side: Side, page: Buffer): Promise<Carried | undefined> {
    const worker = this.#worker;
    if (worker === undefined) return undefined;
    const { length } = page;
    const larger = length > carrier.memory.length ? new SharedArrayBuffer(Math.ceil(length * GROWTH)) : undefined;
    if (larger !== undefined) carrier.memory = Buffer.from(larger);
    carrier.memory.set(page);
    const notes = new Promise<Carried | undefined>((resolve) => this.#waiting.push(resolve));
    worker.ref();
    const carried: Carried = { carrier: carrier.number, side, length, memory: larger };
    worker.postMessage(carried);
    return notes;
  }

  #answer(notes: Carried | undefined): void {
    this.#waiting.shift()?.(notes);
    if (this.#waiting.length === 0) this.#worker?.unref();
  }
}

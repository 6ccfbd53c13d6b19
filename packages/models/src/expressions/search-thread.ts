import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SerialQueue } from '@cumulus/dynamodb/aws';

/** What an expression found: its groups; or that it found nothing, did not come to an end, or cannot be run. */
type ThreadAnswer =
  | { readonly groups: readonly (string | undefined)[] | null }
  | { readonly error: string }
  | 'endless';

/** Megabytes that a search may have. */
const MAX_MEMORY = 64;

const PROGRAM = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ source, text }) => {
  try {
    const found = new RegExp(source).exec(text);
    parentPort.postMessage({ groups: found && [...found] });
  } catch (error) {
    parentPort.postMessage({ error: error.message });
  }
});
`;

/**
 * A thread for JavaScript's own matcher, which may never finish: a search that takes too long is ended with its thread. There is one
 * thread, and searches wait for each other, so that many of them leave processors for other work.
 */
class SearchThread {
  #worker: Worker | undefined;
  readonly #queue = new SerialQueue();

  /**
   * @param milliseconds that the search may take, waits for others not counted
   * @returns the answer, and the milliseconds that it took
   */
  search(
    source: string,
    text: string,
    milliseconds: number,
  ): Promise<{ readonly answer: ThreadAnswer; readonly milliseconds: number }> {
    return this.#queue.run(() => this.#run(source, text, milliseconds));
  }

  async #run(
    source: string,
    text: string,
    milliseconds: number,
  ): Promise<{ readonly answer: ThreadAnswer; readonly milliseconds: number }> {
    const worker = await this.#started();
    const begin = performance.now();
    const answer = await this.#answer(worker, source, text, milliseconds);
    return { answer, milliseconds: performance.now() - begin };
  }

  async #answer(worker: Worker, source: string, text: string, milliseconds: number): Promise<ThreadAnswer> {
    const tooLong = new AbortController();
    const timer = setTimeout(() => tooLong.abort(), milliseconds);
    // While it searches the process waits for it; an idle one keeps no process alive.
    worker.ref();
    try {
      worker.postMessage({ source, text });
      const [answer] = await once(worker, 'message', { signal: tooLong.signal });
      return answer as ThreadAnswer;
    } catch {
      // Time or memory is used up.
      this.#worker = undefined;
      await worker.terminate();
      return 'endless';
    } finally {
      clearTimeout(timer);
      worker.unref();
    }
  }

  async #started(): Promise<Worker> {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(PROGRAM, { eval: true, resourceLimits: { maxOldGenerationSizeMb: MAX_MEMORY } });
    await once(worker, 'online');
    this.#worker = worker;
    // The search that is running sees the end of its thread too; an idle thread that ends is replaced by the next search.
    worker.on('error', () => undefined);
    worker.once('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
    });
    return worker;
  }
}

/** The one thread of this process; it starts with the first search. */
export const searchThread = new SearchThread();

/**
 * Runs tasks one after the other, in the order in which they were given.
 *
 * @example
 * ```ts
 * import { SerialQueue } from '@cumulus/dynamodb/aws';
 *
 * declare function append(line: string): Promise<void>;
 * const queue = new SerialQueue({ stopOnError: true });
 * await Promise.all(['first', 'second'].map((line) => queue.run(() => append(line))));
 * ```
 */
export class SerialQueue {
  readonly #stopOnError: boolean;
  #last: Promise<unknown> = Promise.resolve();

  /** With `stopOnError`, all later tasks fail likewise, without running, after one has failed. */
  constructor({ stopOnError = false }: { readonly stopOnError?: boolean } = {}) {
    this.#stopOnError = stopOnError;
  }

  /** @returns what the task returns, once all before it and it have ended */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = this.#stopOnError ? result : result.catch(() => undefined);
    return result;
  }
}

import { setMaxListeners } from 'node:events';
import { Backoff } from '@cumulus/dynamodb/aws';
import type { AsyncOperationModel } from '@cumulus/models';
import { isPassing } from '../aws/is-passing.ts';
import type { Operations, Runner } from './operations.ts';

/** Operations that are run at once; others wait for their turn. */
const CONCURRENCY = 2;

/** How long an operation that fails in a way that passes is tried again before it is given up, and the waits; in milliseconds. */
const RETRIES = { initialDelay: 5_000, maxDelay: 5 * 60_000, jitter: 0.2, retryTimeout: 60 * 60_000 };

export interface ServerRunnerOptions {
  readonly model: AsyncOperationModel;
  /** What it runs them with, which needs a runner itself. */
  readonly operations: () => Operations;
  /** Called with what went wrong. */
  readonly onWarning: (warning: string) => void;
}

/** Runs operations within the process of a server, and goes on with those that an earlier one left. */
export class ServerRunner implements Runner {
  readonly name = 'server';
  readonly #options: ServerRunnerOptions;
  readonly #stopping = new AbortController();
  readonly #known = new Set<string>();
  readonly #waiting: string[] = [];
  readonly #active = new Set<Promise<void>>();

  constructor(options: ServerRunnerOptions) {
    this.#options = options;
    // Each request of an operation listens; Node would warn of more than ten.
    setMaxListeners(0, this.#stopping.signal);
  }

  begin(id: string): void {
    if (this.#known.has(id)) return;
    this.#known.add(id);
    this.#waiting.push(id);
    this.#next();
  }

  /**
   * Goes on with all operations of servers that have not ended. Those that another server is at work on are looked at again when
   * its lease is over.
   * @returns how many there are
   */
  async takeUp(): Promise<number> {
    const { model, operations } = this.#options;
    const own = (await model.running(this.name)).filter(
      ({ operation: { id }, run }) => run.place === operations().folderOf(id).url,
    );
    for (const { operation } of own) this.begin(operation.id);
    return own.length;
  }

  /** Starts nothing more, and waits until what is in progress has noted how far it is. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#active);
  }

  /** Waits until all that was begun has ended. */
  async idle(): Promise<void> {
    while (this.#active.size > 0) await Promise.all(this.#active);
  }

  #next(): void {
    if (this.#active.size >= CONCURRENCY || this.#stopping.signal.aborted) return;
    const id = this.#waiting.shift();
    if (id === undefined) return;
    const running = this.#run(id).finally(() => {
      this.#known.delete(id);
      this.#active.delete(running);
      this.#next();
    });
    this.#active.add(running);
  }

  async #run(id: string): Promise<void> {
    const { onWarning, operations } = this.#options;
    const { signal } = this.#stopping;
    const backoff = new Backoff(RETRIES);
    while (!signal.aborted) {
      try {
        const outcome = await operations().run(id, signal);
        if (outcome.state !== 'held') return;
        backoff.reset();
        await untilTime(outcome.until, signal);
      } catch (error) {
        if (signal.aborted) return;
        onWarning(`The operation ${id} was interrupted: ${(error as Error).message}`);
        if (!isPassing(error) || backoff.timedOut) return this.#giveUp(id, error as Error);
        await backoff.wait(signal).catch(() => undefined);
      }
    }
  }

  /** What cannot even be given up is tried again by the next server. */
  async #giveUp(id: string, { message }: Error): Promise<void> {
    const { onWarning, operations } = this.#options;
    try {
      await operations().giveUp(id, message);
    } catch (error) {
      onWarning(`The operation ${id} could not be given up: ${(error as Error).message}`);
    }
  }
}

/** Waits until a time, in milliseconds since 1970. */
function untilTime(time: number, abortSignal: AbortSignal): Promise<void> {
  const delay = Math.max(1_000, time - Date.now());
  return new Backoff({ initialDelay: delay }).wait(abortSignal).catch(() => undefined);
}

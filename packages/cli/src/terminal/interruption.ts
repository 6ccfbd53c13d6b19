import { setMaxListeners } from 'node:events';
import { EXIT_STATUS } from '../exit-status.ts';

type StopSignal = keyof typeof EXIT_STATUS.interrupted;

const STOP_SIGNALS = Object.keys(EXIT_STATUS.interrupted) as readonly StopSignal[];

/** Turns the first SIGINT or SIGTERM into an abort of the work; the second ends the process at once. */
export class Interruption {
  readonly #controller = new AbortController();
  #signal: StopSignal | undefined;

  constructor() {
    // Each request under way listens; Node would warn of more than ten.
    setMaxListeners(0, this.abortSignal);
    for (const signal of STOP_SIGNALS) process.on(signal, this.#stop);
  }

  /** Aborted when the work is to stop. */
  get abortSignal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The exit status for the signal that came; undefined while none has. */
  get exitStatus(): number | undefined {
    return this.#signal === undefined ? undefined : EXIT_STATUS.interrupted[this.#signal];
  }

  /** Stops listening to the signals. */
  end(): void {
    for (const signal of STOP_SIGNALS) process.off(signal, this.#stop);
  }

  readonly #stop = (signal: NodeJS.Signals): void => {
    if (this.exitStatus !== undefined) process.exit(this.exitStatus);
    this.#signal = signal as StopSignal;
    this.#controller.abort();
  };
}

/** An event of a history, as Step Functions returns it. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  /** The field that holds the details. */
  readonly [details: `${string}EventDetails`]: object;
}

/** What happened before an event is the event before it, unless another is named; of the first ones it is none. */
const NONE = 0;

/** Writes down an execution as Step Functions does: the events are numbered from 1, and each names the one that led to it. */
export class ExecutionHistory {
  readonly events: HistoryEvent[] = [];
  readonly #seconds: () => number;
  #step = '';

  /** @param seconds returns the time, since 1970 */
  constructor(seconds: () => number) {
    this.#seconds = seconds;
    this.#add('ExecutionStarted', { executionStartedEventDetails: {} }, NONE);
  }

  /** A step begins, and its function runs. */
  begin(step: string): void {
    // The first state has no event before it.
    this.#add('TaskStateEntered', { stateEnteredEventDetails: { name: step } }, this.#step === '' ? NONE : this.#last);
    this.#step = step;
    this.run();
  }

  /** The step's function runs, for another time maybe. */
  run(): void {
    this.#add('LambdaFunctionScheduled', { lambdaFunctionScheduledEventDetails: { resource: 'arn' } });
    this.#add('LambdaFunctionStarted');
  }

  pass(): void {
    this.#add('LambdaFunctionSucceeded', { lambdaFunctionSucceededEventDetails: { output: '{}' } });
    this.leave({});
  }

  fail(details: object): void {
    this.#add('LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: details });
  }

  /** The step ends, also by an error that it catches. */
  leave(output: object): void {
    const details = { name: this.#step, output: JSON.stringify(output) };
    this.#add('TaskStateExited', { stateExitedEventDetails: details });
  }

  enterFailState(name: string): void {
    this.#add('FailStateEntered', { stateEnteredEventDetails: { name } });
  }

  end(status: 'Succeeded' | 'Failed' | 'TimedOut' | 'Aborted', details: object): void {
    // Those that end an execution from without are led to by nothing in it.
    const previous = status === 'TimedOut' || status === 'Aborted' ? NONE : this.#last;
    this.#add(`Execution${status}`, { [`execution${status}EventDetails`]: details }, previous);
  }

  redrive(redriveCount: number): void {
    this.#add('ExecutionRedriven', { executionRedrivenEventDetails: { redriveCount } });
  }

  get #last(): number {
    return this.events.length;
  }

  #add(
    type: string,
    details: { readonly [name: `${string}EventDetails`]: object } = {},
    previousEventId = this.#last,
  ): void {
    this.events.push({ timestamp: this.#seconds(), type, id: this.#last + 1, previousEventId, ...details });
  }
}

import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { asking } from '../aws-settings.ts';
import type { WorkflowClients } from '../workflows/aws-clients.ts';
import { isUnknownExecution } from '../workflows/describe-execution.ts';
import type { ExecutionEvent } from './execution-event.ts';

/** How an execution failed, by its history. */
export interface ExecutionFailure {
  /** The state in which it did; undefined where the history does not tell. */
  readonly step: string | undefined;
  /** What the failed event says of it, mostly `error` and `cause`; undefined where it is the execution itself that ended. */
  readonly details: Readonly<Record<string, unknown>> | undefined;
  /** What the state that was left after the failed event put out, as JSON text: the message, if it caught the error. */
  readonly output: string | undefined;
}

/** Events of a history that Step Functions tells at once at the most. The last are asked for first. */
const EVENTS_A_PAGE = 1_000;

/**
 * How an execution failed, in the attempt that an event is about. Of one that failed: the last failed event, the state that it
 * belongs to, and what was put out when that state was left. Of one in which nothing failed but itself, by a Fail state for instance,
 * and of one that was aborted or ran out of time: the state it was in.
 * What happened after a later redrive is not looked at, so that it does not matter when the event is handled.
 * @returns undefined without a history (of an express execution, or after 90 days), or if it tells nothing of this
 * @throws ServiceUnavailableError; what Step Functions says otherwise
 */
export async function failureOf(
  { executionArn, status, redriveCount }: Pick<ExecutionEvent, 'executionArn' | 'status' | 'redriveCount'>,
  clients: Pick<WorkflowClients, 'stepFunctions'>,
): Promise<ExecutionFailure | undefined> {
  const begin = (): HistorySearch => (status === 'FAILED' ? new FailedStep() : new UnfinishedStep());
  let search = begin();
  await asking('Step Functions', async () => {
    const { paginateGetExecutionHistory } = await import('@aws-sdk/client-sfn');
    const pages = paginateGetExecutionHistory(
      { client: await clients.stepFunctions(), pageSize: EVENTS_A_PAGE },
      { executionArn, reverseOrder: true, includeExecutionData: true },
    );
    try {
      for await (const { events = [] } of pages) {
        // moto tells them in their own order all the same.
        for (const event of events.toSorted((a, b) => (b.id ?? 0) - (a.id ?? 0))) {
          const redrive = event.executionRedrivenEventDetails?.redriveCount ?? 0;
          if (redrive > redriveCount) search = begin();
          else search.look(event);
        }
        if (search.isOver) break;
      }
    } catch (error) {
      if (!isUnknownExecution(error)) throw error;
    }
  });
  return search.found;
}

/** Looks at a history's events, the last one first. */
interface HistorySearch {
  readonly found: ExecutionFailure | undefined;
  /** Whether earlier events tell nothing more. */
  readonly isOver: boolean;
  look(event: HistoryEvent): void;
}

class FailedStep implements HistorySearch {
  /** States that were left and may have caught the error, the last one first, until the failed event is met. */
  readonly #left: HistoryEvent[] = [];
  #failed: HistoryEvent | undefined;
  /** The id of the event from which the chain that leads back from the failed one goes on. */
  #next = 0;
  #step: string | undefined;
  /** Where the execution was, should nothing have failed before. */
  readonly #last = new UnfinishedStep();

  get isOver(): boolean {
    return this.#step !== undefined;
  }

  get found(): ExecutionFailure | undefined {
    if (this.#failed === undefined) return this.#last.found;
    return { step: this.#step, details: detailsOf(this.#failed), output: outputOf(this.#leftAfterwards) };
  }

  /** Where the state that failed was left, or what was left first after it. */
  get #leftAfterwards(): HistoryEvent | undefined {
    const isFailed = ({ stateExitedEventDetails }: HistoryEvent) => stateExitedEventDetails?.name === this.#step;
    return this.#left.findLast(isFailed) ?? this.#left.at(-1);
  }

  look(event: HistoryEvent): void {
    const { type = '', id = 0, previousEventId = 0 } = event;
    if (this.#failed === undefined) {
      this.#last.look(event);
      if (CATCHING.test(type)) this.#left.push(event);
      if (!isFailure(type)) return;
      this.#failed = event;
      this.#next = previousEventId;
    } else if (id === this.#next && this.#step === undefined) {
      this.#step = event.stateEnteredEventDetails?.name;
      this.#next = previousEventId;
    }
  }
}

class UnfinishedStep implements HistorySearch {
  /** How often each state was left, of those times that it is not yet known when it was entered. */
  readonly #left = new Map<string, number>();
  #step: string | undefined;

  get isOver(): boolean {
    return this.#step !== undefined;
  }

  get found(): ExecutionFailure | undefined {
    return this.#step === undefined ? undefined : { step: this.#step, details: undefined, output: undefined };
  }

  look({ stateEnteredEventDetails: entered, stateExitedEventDetails: left }: HistoryEvent): void {
    if (this.#step !== undefined) return;
    if (left?.name !== undefined) this.#left.set(left.name, (this.#left.get(left.name) ?? 0) + 1);
    if (entered?.name === undefined) return;
    const times = this.#left.get(entered.name) ?? 0;
    if (times === 0) this.#step = entered.name;
    else this.#left.set(entered.name, times - 1);
  }
}

/** The states that can catch errors, when they are left. */
const CATCHING = /^(?:Task|Parallel|Map)StateExited$/;

/** That something in an execution failed; not what then fails with it, around it, without an error of its own. */
function isFailure(type: string): boolean {
  return /(?:Failed|TimedOut)$/.test(type) && !/^(?:Execution|ParallelState|MapState|MapIteration)/.test(type);
}

/** Each type of event has its details in a field of its own: `taskFailedEventDetails`. */
function detailsOf(event: HistoryEvent): Readonly<Record<string, unknown>> {
  const [, details] = Object.entries(event).find(([name]) => name.endsWith('EventDetails')) ?? [];
  return { ...(details as object | undefined) };
}

/** What is cut off is no JSON any more. */
function outputOf(event: HistoryEvent | undefined): string | undefined {
  const { output, outputDetails } = event?.stateExitedEventDetails ?? {};
  return outputDetails?.truncated === true ? undefined : output;
}

import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { PageTrail } from '@cumulus/dynamodb/aws';
import { askService } from '../aws/ask-service.ts';
import type { AwsClients } from '../aws/clients.ts';
import { isUnknownExecution } from '../aws/describe-execution.ts';
import type { ExecutionEvent } from './execution-event.ts';
import { waitForExecution } from './wait-for-execution.ts';

/** How an execution failed, by its history. */
export interface ExecutionFailure {
  /** The state in which it failed; undefined if the history does not show it. */
  readonly step: string | undefined;
  /** The failed event's details, mostly `error` and `cause`; undefined if the execution itself ended. */
  readonly details: Readonly<Record<string, unknown>> | undefined;
  /** The output of the state that caught the error, as JSON text; undefined if none did. */
  readonly output: string | undefined;
}

/** Events of a history that are read at once, the last first. With its data, each may have 256 KB. */
const EVENTS_A_PAGE = 250;

/**
 * How an execution failed, in the attempt that an event is about: what failed last before its end, the state in which it did, and
 * the output of the state that caught it. If only the execution itself failed (by a Fail state, for instance), was aborted or
 * timed out: the state it was in.
 * Events after a later redrive are ignored, so that it does not matter when the event is handled.
 * @returns undefined if Step Functions no longer has the history (after 90 days), or never had it (express executions)
 * @throws ExecutionNotVisibleYetError if the attempt's end is not visible yet; ServiceUnavailableError; other errors of Step Functions
 */
export async function failureOf(
  event: ExecutionEvent,
  clients: Pick<AwsClients, 'stepFunctions'>,
): Promise<ExecutionFailure | undefined> {
  return waitForExecution(event, 'how it ended', () =>
    askService('Step Functions', () => failureInHistory(event, clients)),
  );
}

async function failureInHistory(
  { executionArn, status, redriveCount }: ExecutionEvent,
  clients: Pick<AwsClients, 'stepFunctions'>,
): Promise<ExecutionFailure | undefined> {
  const { paginateGetExecutionHistory } = await import('@aws-sdk/client-sfn');
  const pages = paginateGetExecutionHistory(
    { client: await clients.stepFunctions(), pageSize: EVENTS_A_PAGE },
    { executionArn, reverseOrder: true, includeExecutionData: true },
  );
  const trail = new PageTrail<string>(`The history of ${executionArn}`);
  let search: HistorySearch | undefined;
  // The attempt that the end belongs to is known once the search meets the redrive, or the start, that began it.
  let attempt: number | undefined;
  try {
    for await (const { events = [], nextToken } of pages) {
      trail.step(nextToken);
      // moto ignores reverseOrder.
      for (const event of events.toSorted((a, b) => (b.id ?? 0) - (a.id ?? 0))) {
        if (search === undefined) {
          if (ENDED.test(event.type ?? '')) search = status === 'FAILED' ? new FailedStep(event) : new UnfinishedStep();
          continue;
        }
        const startedAttempt = attemptStartedBy(event);
        if (startedAttempt !== undefined && startedAttempt > redriveCount) search = undefined;
        else {
          attempt ??= startedAttempt;
          search.look(event, attempt !== undefined);
        }
      }
      if (attempt !== undefined && search?.isOver) break;
    }
  } catch (error) {
    if (!isUnknownExecution(error)) throw error;
  }
  return attempt === redriveCount ? search?.found : undefined;
}

/** Types of event with which an execution ends without success. */
const ENDED = /^Execution(?:Failed|TimedOut|Aborted)$/;

/** The redrive count of the attempt that an event starts, if it does. */
function attemptStartedBy({ type, executionRedrivenEventDetails }: HistoryEvent): number | undefined {
  return type === 'ExecutionStarted' ? 0 : executionRedrivenEventDetails?.redriveCount;
}

/** Looks at the events of a history that led to an end, the last one first. */
interface HistorySearch {
  readonly found: ExecutionFailure;
  /** Whether earlier events cannot change the result. */
  readonly isOver: boolean;
  /** @param isEarlier whether the event belongs to an earlier attempt, or started this one */
  look(event: HistoryEvent, isEarlier: boolean): void;
}

/**
 * Follows the chain of events from the end back: each event names the one before it. So failures that a retry mended, or that
 * happened elsewhere in a Parallel or Map state, do not count as the cause.
 */
class FailedStep implements HistorySearch {
  /** The id of the event that the chain goes on with. */
  #next: number;
  /** What that event ended: the execution, or the state that caught the failure. */
  #ended: HistoryEvent | undefined;
  #failure: Pick<ExecutionFailure, 'details' | 'output'> | undefined;
  #step: string | undefined;
  /** The state that the execution ended in. */
  #lastStep: string | undefined;
  /** Finds that state if the chain does not lead to it. */
  readonly #unfinished = new UnfinishedStep();

  constructor(end: HistoryEvent) {
    this.#ended = end;
    this.#next = end.previousEventId ?? 0;
  }

  get isOver(): boolean {
    return this.#step !== undefined;
  }

  get found(): ExecutionFailure {
    if (this.#failure !== undefined) return { ...this.#failure, step: this.#step };
    return this.#lastStep === undefined ? this.#unfinished.found : failureIn(this.#lastStep);
  }

  look(event: HistoryEvent, isEarlier: boolean): void {
    this.#unfinished.look(event);
    const { type = '', id, previousEventId = 0, stateEnteredEventDetails: entered } = event;
    if (id !== this.#next || this.#step !== undefined) return;
    this.#next = previousEventId;
    if (entered?.name !== undefined) {
      if (this.#failure === undefined) this.#lastStep ??= entered.name;
      else this.#step = entered.name;
    }
    const ended = this.#ended;
    this.#ended = undefined;
    if (isEarlier) return;
    if (ended !== undefined && FAILED.test(type)) {
      const isFailedWithin = FAILED_WITHIN.test(type);
      const output = this.#failure?.output ?? outputOf(ended);
      this.#failure = { details: isFailedWithin ? undefined : detailsOf(event), output };
      if (isFailedWithin) this.#ended = ended;
    } else if (this.#failure === undefined && event.stateExitedEventDetails !== undefined) this.#ended = event;
  }
}

/** Finds the state that was entered last and not left. */
class UnfinishedStep implements HistorySearch {
  /** How often each state was left, without an entry seen so far. */
  readonly #left = new Map<string, number>();
  #step: string | undefined;

  get isOver(): boolean {
    return this.#step !== undefined;
  }

  get found(): ExecutionFailure {
    return failureIn(this.#step);
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

function failureIn(step: string | undefined): ExecutionFailure {
  return { step, details: undefined, output: undefined };
}

const FAILED = /(?:Failed|TimedOut)$/;

/** Types of event of a state that failed because something within it did; they have no error of their own. */
const FAILED_WITHIN = /^(?:ParallelState|MapState|MapIteration)Failed$/;

/** Each type of event names the field of its details differently: `taskFailedEventDetails`. */
function detailsOf(event: HistoryEvent): Readonly<Record<string, unknown>> {
  const [, details] = Object.entries(event).find(([name]) => name.endsWith('EventDetails')) ?? [];
  return { ...(details as object | undefined) };
}

/** A truncated output is not JSON. */
function outputOf({ stateExitedEventDetails }: HistoryEvent): string | undefined {
  const { output, outputDetails } = stateExitedEventDetails ?? {};
  return outputDetails?.truncated === true ? undefined : output;
}

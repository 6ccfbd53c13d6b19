import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { PageTrail } from '@cumulus/dynamodb/aws';
import { askService } from '../aws/ask-service.ts';
import type { AwsClients } from '../aws/clients.ts';
import { isUnknownExecution } from '../aws/describe-execution.ts';
import type { ExecutionEvent } from './execution-event.ts';
import { waitForExecution } from './wait-for-execution.ts';

/** How an execution failed, by its history. */
export interface ExecutionFailure {
  /** The state in which it did; undefined where the history does not tell. */
  readonly step: string | undefined;
  /** What the failed event says of it, mostly `error` and `cause`; undefined where it is the execution itself that ended. */
  readonly details: Readonly<Record<string, unknown>> | undefined;
  /** What the state that caught the error put out, as JSON text; undefined if none did. */
  readonly output: string | undefined;
}

/** Events of a history that are asked for at once, the last first. With their data, each may have 256 KB. */
const EVENTS_A_PAGE = 250;

/**
 * How an execution failed, in the attempt that an event is about. Of one that failed: what failed last on the way to its end, the
 * state that this belongs to, and what was put out by the state that caught it. Where nothing failed but the execution itself, by a
 * Fail state for instance, and of one that was aborted or ran out of time: the state it was in.
 * What happened after a later redrive is not looked at, so that it does not matter when the event is handled.
 * @returns undefined if Step Functions has no history any more (after 90 days), or never had (of an express execution)
 * @throws ExecutionNotVisibleYetError if it does not tell the attempt's end yet; ServiceUnavailableError; what Step Functions says otherwise
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
  // Which attempt the end that was found is of is known at the redrive, or the start, that it goes back to.
  let attempt: number | undefined;
  try {
    for await (const { events = [], nextToken } of pages) {
      trail.step(nextToken);
      // moto tells them in their own order all the same.
      for (const event of events.toSorted((a, b) => (b.id ?? 0) - (a.id ?? 0))) {
        if (search === undefined) {
          if (ENDED.test(event.type ?? '')) search = status === 'FAILED' ? new FailedStep(event) : new UnfinishedStep();
          continue;
        }
        const begun = attemptBegunBy(event);
        if (begun !== undefined && begun > redriveCount) search = undefined;
        else {
          attempt ??= begun;
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

/** That an execution came to an end other than success. */
const ENDED = /^Execution(?:Failed|TimedOut|Aborted)$/;

/** The redrive count of an attempt that begins with an event. */
function attemptBegunBy({ type, executionRedrivenEventDetails }: HistoryEvent): number | undefined {
  return type === 'ExecutionStarted' ? 0 : executionRedrivenEventDetails?.redriveCount;
}

/** Looks at the events of a history that led to an end, the last one first. */
interface HistorySearch {
  readonly found: ExecutionFailure;
  /** Whether earlier events tell nothing more. */
  readonly isOver: boolean;
  /** @param isEarlier whether the event is of an earlier attempt, or began this one */
  look(event: HistoryEvent, isEarlier: boolean): void;
}

/**
 * Follows the chain of events of which each names the one before it, from the end back. So what failed and was tried again with
 * success, or failed elsewhere in a Parallel or Map state, is not taken for the cause.
 */
class FailedStep implements HistorySearch {
  /** The id of the event that the chain goes on with. */
  #next: number;
  /** What ended by that event: the execution, or the state that caught what failed. */
  #ended: HistoryEvent | undefined;
  #failure: Pick<ExecutionFailure, 'details' | 'output'> | undefined;
  #step: string | undefined;
  /** The state that the execution ended in. */
  #lastStep: string | undefined;
  /** Tells that where the chain does not lead there. */
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
      const isOfWithin = FAILED_WITHIN.test(type);
      const output = this.#failure?.output ?? outputOf(ended);
      this.#failure = { details: isOfWithin ? undefined : detailsOf(event), output };
      if (isOfWithin) this.#ended = ended;
    } else if (this.#failure === undefined && event.stateExitedEventDetails !== undefined) this.#ended = event;
  }
}

class UnfinishedStep implements HistorySearch {
  /** How often each state was left, of those times that it is not yet known when it was entered. */
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

/** That a state failed by what failed within it; it has no error of its own. */
const FAILED_WITHIN = /^(?:ParallelState|MapState|MapIteration)Failed$/;

/** Each type of event has its details in a field of its own: `taskFailedEventDetails`. */
function detailsOf(event: HistoryEvent): Readonly<Record<string, unknown>> {
  const [, details] = Object.entries(event).find(([name]) => name.endsWith('EventDetails')) ?? [];
  return { ...(details as object | undefined) };
}

/** What is cut off is no JSON any more. */
function outputOf({ stateExitedEventDetails }: HistoryEvent): string | undefined {
  const { output, outputDetails } = stateExitedEventDetails ?? {};
  return outputDetails?.truncated === true ? undefined : output;
}

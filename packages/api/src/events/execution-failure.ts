import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { asking } from '../aws-settings.ts';
import type { WorkflowClients } from '../workflows/aws-clients.ts';
import { isUnknownExecution } from '../workflows/describe-execution.ts';

/** How an execution failed, by its history. */
export interface ExecutionFailure {
  /** The state in which it did; undefined where the history does not tell. */
  readonly step: string | undefined;
  /** What the failed event says of it: mostly `error` and `cause`. */
  readonly details: Readonly<Record<string, unknown>>;
  /** What the task state that was left after the failed event put out, as JSON text: the message, if it caught the error. */
  readonly output: string | undefined;
}

/** Events of a history that Step Functions tells at once at the most. The last are asked for first. */
const EVENTS_A_PAGE = 1_000;

/**
 * How an execution failed: the last failed event of the attempt, the state that it belongs to, and what was put out when
 * that state was left.
 * @param redriveCount which attempt: what happened after the next redrive is not looked at
 * @returns undefined without a history (of an express execution, or after 90 days), or if nothing failed in it
 * @throws ServiceUnavailableError; what Step Functions says otherwise
 */
export async function failureOf(
  executionArn: string,
  redriveCount: number,
  clients: Pick<WorkflowClients, 'stepFunctions'>,
): Promise<ExecutionFailure | undefined> {
  const search = new FailureSearch(redriveCount);
  await asking('Step Functions', async () => {
    const { paginateGetExecutionHistory } = await import('@aws-sdk/client-sfn');
    const pages = paginateGetExecutionHistory(
      { client: await clients.stepFunctions(), pageSize: EVENTS_A_PAGE },
      { executionArn, reverseOrder: true, includeExecutionData: true },
    );
    try {
      for await (const { events = [] } of pages) {
        // Moto tells them in their own order all the same.
        for (const event of events.toSorted((a, b) => (b.id ?? 0) - (a.id ?? 0))) search.look(event);
        if (search.isOver) break;
      }
    } catch (error) {
      if (!isUnknownExecution(error)) throw error;
    }
  });
  return search.found;
}

/** Looks at a history's events, the last one first. */
class FailureSearch {
  readonly #redriveCount: number;
  /** Task states that were left, the last one first, until the failed event is met. */
  #left: HistoryEvent[] = [];
  #failed: HistoryEvent | undefined;
  /** The id of the event from which the chain that leads back from the failed one goes on. */
  #next = 0;
  #step: string | undefined;

  constructor(redriveCount: number) {
    this.#redriveCount = redriveCount;
  }

  /** Whether earlier events tell nothing more. */
  get isOver(): boolean {
    return this.#step !== undefined;
  }

  get found(): ExecutionFailure | undefined {
    if (this.#failed === undefined) return undefined;
    return {
      step: this.#step,
      details: detailsOf(this.#failed),
      output: outputOf(this.#leftAfterwards),
    };
  }

  /** The state that failed, where it was left, or what was left first after it. */
  get #leftAfterwards(): HistoryEvent | undefined {
    const isFailed = ({ stateExitedEventDetails }: HistoryEvent) => stateExitedEventDetails?.name === this.#step;
    return this.#left.findLast(isFailed) ?? this.#left.at(-1);
  }

  look(event: HistoryEvent): void {
    const { type = '', id = 0, previousEventId = 0 } = event;
    if ((event.executionRedrivenEventDetails?.redriveCount ?? 0) > this.#redriveCount) {
      this.#left = [];
      this.#failed = undefined;
      this.#step = undefined;
    } else if (this.#failed === undefined) {
      if (type === 'TaskStateExited') this.#left.push(event);
      if (!isFailure(type)) return;
      this.#failed = event;
      this.#next = previousEventId;
    } else if (id === this.#next && this.#step === undefined) {
      this.#step = event.stateEnteredEventDetails?.name;
      this.#next = previousEventId;
    }
  }
}

/** That something in an execution failed, not the execution itself, which then follows. */
function isFailure(type: string): boolean {
  return !type.startsWith('Execution') && /(?:Failed|TimedOut)$/.test(type);
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

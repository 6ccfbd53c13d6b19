import { isObject } from '@cumulus/dynamodb/aws';
import * as z from 'zod';
import { InvalidMessageError } from './errors.ts';

/** Milliseconds since 1970, within what a `Date` holds. */
const time = z.number().int().min(0).max(8_640_000_000_000_000);

/** Whether a value is a time of a message, in milliseconds since 1970. */
export function isTime(value: unknown): value is number {
  return time.safeParse(value).success;
}

const anything = z.unknown().optional();

/**
 * What is read of a Cumulus message. Real messages lack most of it, have null there, or something of another type; only what no
 * record can do without is required and checked here. For the others see `optionalFactsOf`. All is kept as it is.
 */
const messageSchema = z.looseObject({
  cumulus_meta: z.looseObject({
    // Both lengths are limits of Step Functions, which keep the execution's ARN within that of a key.
    execution_name: z.string().min(1).max(80),
    state_machine: z
      .string()
      .max(256)
      .regex(/^arn:[^:]+:states:[^:]+:[^:]*:stateMachine:.+$/, 'is not the ARN of a state machine'),
    workflow_start_time: time,
    workflow_stop_time: anything,
    parentExecutionArn: anything,
    asyncOperationId: anything,
  }),
  meta: z.looseObject({
    status: z.enum(['running', 'completed', 'failed']),
    workflow_name: anything,
    workflow_tasks: anything,
    collection: anything,
    provider: anything,
    pdr: anything,
  }),
  payload: anything,
  exception: anything,
});

/** A Cumulus message of which records can be made; see {@link parseMessage}. */
export type CumulusMessage = z.output<typeof messageSchema>;

/** Where a workflow stands: the status of its execution, and of the granules and the PDR that it works on. */
export type WorkflowStatus = CumulusMessage['meta']['status'];

/**
 * Checks that a value is a Cumulus message, as far as records are made of it. What is missing in real messages may be
 * missing: only the execution's name, its state machine, the workflow's start time and its status are required. All else
 * is not looked at; what is wrong with it is reported by `recordsOfMessage`.
 *
 * @throws {@link InvalidMessageError} that names the path of everything that is wrong
 *
 * @example
 * ```ts
 * import { InvalidMessageError, parseMessage } from '@cumulus/models/messages';
 *
 * declare const output: string;
 * try {
 *   console.log(parseMessage(JSON.parse(output)).meta.status);
 * } catch (error) {
 *   if (error instanceof InvalidMessageError) console.error(error.violations);
 * }
 * ```
 */
export function parseMessage(value: unknown): CumulusMessage {
  const result = messageSchema.safeParse(value);
  if (result.success) return result.data;
  throw new InvalidMessageError(
    result.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message })),
  );
}

/** What Step Functions says of an execution. Times are in milliseconds since 1970. */
export interface ExecutionState {
  readonly status: WorkflowStatus;
  readonly startTime: number;
  /** Absent while the execution runs. */
  readonly stopTime?: number | undefined;
  /** Takes the place of the message's own exception. */
  readonly exception?: unknown;
}

/**
 * A message with what Step Functions says of its execution in place of what the message says itself: an execution's
 * input knows neither its start nor its status, or those of the workflow that started it.
 *
 * @param message not changed
 * @throws {@link InvalidMessageError} if the message is not valid for other reasons
 *
 * @example
 * ```ts
 * import { withExecutionState } from '@cumulus/models/messages';
 *
 * declare const input: string;
 * const message = withExecutionState(JSON.parse(input), { status: 'running', startTime: Date.now() });
 * ```
 */
export function withExecutionState(message: unknown, state: ExecutionState): CumulusMessage {
  const { cumulus_meta, meta, exception, ...others } = isObject(message) ? message : {};
  return parseMessage({
    ...others,
    cumulus_meta: {
      ...(isObject(cumulus_meta) ? cumulus_meta : {}),
      workflow_start_time: state.startTime,
      workflow_stop_time: state.stopTime,
    },
    meta: { ...(isObject(meta) ? meta : {}), status: state.status },
    exception: state.exception === undefined ? exception : state.exception,
  });
}

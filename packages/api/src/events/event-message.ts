import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { isObject } from '@cumulus/dynamodb/aws';
import {
  type CumulusMessage,
  type ExecutionState,
  followMessage,
  InvalidMessageError,
  isNoException,
  type WorkflowStatus,
  withExecutionState,
} from '@cumulus/models/messages';
import { fetchFromS3, RemoteMessageMissingError } from '@cumulus/models/payloads';
import { type AwsClients, createAwsClients } from '../aws/clients.ts';
import { describeExecution } from '../aws/describe-execution.ts';
import { MessageUnavailableError } from './errors.ts';
import type { ExecutionEvent } from './execution-event.ts';
import { type ExecutionFailure, failureOf } from './execution-failure.ts';
import { waitForExecution } from './wait-for-execution.ts';

/** What messages are read from besides the events. */
export type MessageSources = Pick<AwsClients, 's3' | 'stepFunctions'>;

/**
 * Attempts that go on for about ten seconds where Step Functions throttles: each failure asks for a history, and workflows may
 * fail by the hundred at once.
 */
const MAX_ATTEMPTS = 6;

export function messageSources(tables: DynamoDBClient): MessageSources {
  return createAwsClients(tables, MAX_ATTEMPTS);
}

const STATUSES: Readonly<Record<ExecutionEvent['status'], WorkflowStatus>> = {
  RUNNING: 'running',
  SUCCEEDED: 'completed',
  FAILED: 'failed',
  TIMED_OUT: 'failed',
  ABORTED: 'failed',
};

/**
 * The message that an event tells of, whole, with what the event says of its execution: the input while it runs, the output
 * when it succeeded, and else what its history says.
 * @throws InvalidMessageError if it is no Cumulus message; RemoteMessageError if what it left in S3 cannot be read;
 *   MessageUnavailableError if neither event nor Step Functions has it; ExecutionNotVisibleYetError if Step Functions does not have it
 *   yet; ServiceUnavailableError
 */
export async function messageOfEvent(event: ExecutionEvent, sources: MessageSources): Promise<CumulusMessage> {
  const state = stateOf(event);
  if (state.status !== 'failed') {
    return withExecutionState(await read(event, state.status === 'running' ? 'input' : 'output', sources), state);
  }
  const failure = await failureOf(event, sources);
  const caught = failure?.output === undefined ? undefined : await messageIn(failure.output, state, sources);
  const exception = exceptionOf(event, failure, caught?.exception);
  return withExecutionState(caught ?? (await read(event, 'input', sources)), { ...state, exception });
}

function stateOf({ status, startTime, stopTime }: ExecutionEvent): ExecutionState {
  return { status: STATUSES[status], startTime, ...(stopTime === undefined ? {} : { stopTime }) };
}

/** The event's input or output, which may have been too large for it, with what it left in S3. */
async function read(event: ExecutionEvent, part: 'input' | 'output', sources: MessageSources): Promise<unknown> {
  const { executionArn, [part]: text } = event;
  const ask = async () => (await describeExecution(executionArn, sources))?.[part];
  const told = text ?? (await waitForExecution(event, `its ${part}`, ask));
  if (told === undefined) throw new MessageUnavailableError(executionArn, part);
  return messageOf(told, part, sources);
}

/** A message, with what it left in S3. */
async function messageOf(text: string, part: 'input' | 'output', sources: MessageSources): Promise<unknown> {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch (error) {
    throw new InvalidMessageError([{ path: `detail.${part}`, message: 'is not JSON' }], error);
  }
  return followMessage(message, async (bucket, key) => fetchFromS3(await sources.s3())(bucket, key));
}

/** What a state put out, if that is a message, and whole: a state may put out anything. */
async function messageIn(
  output: string,
  state: ExecutionState,
  sources: MessageSources,
): Promise<CumulusMessage | undefined> {
  try {
    return withExecutionState(await messageOf(output, 'output', sources), state);
  } catch (error) {
    if (error instanceof InvalidMessageError || error instanceof RemoteMessageMissingError) return undefined;
    throw error;
  }
}

/**
 * An exception with the step that failed.
 * @param caught what the message that caught it tells of it, which goes before what the history tells, and the event itself
 */
function exceptionOf(event: ExecutionEvent, failure: ExecutionFailure | undefined, caught: unknown): object {
  const told = isNoException(caught) ? (failure?.details ?? ownErrorOf(event)) : caught;
  return {
    ...(isObject(told) ? told : { Error: 'Unknown Error', Cause: told }),
    ...(failure?.step === undefined ? {} : { failedExecutionStepName: failure.step }),
  };
}

/** Of an execution that was ended from without, or ran out of time, nothing within has to have failed. */
function ownErrorOf({ status, error, cause }: ExecutionEvent): object {
  if (error === undefined && cause === undefined) return { Error: status === 'FAILED' ? 'Unknown Error' : status };
  return { ...(error === undefined ? {} : { Error: error }), ...(cause === undefined ? {} : { Cause: cause }) };
}

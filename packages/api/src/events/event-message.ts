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

/** Where messages are read from, besides the events. */
export type MessageSources = Pick<AwsClients, 's3' | 'stepFunctions'>;

/**
 * Enough for about ten seconds of throttling by Step Functions: each failure reads a history, and hundreds of workflows may fail at
 * once.
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
 * The whole message of an event, with the execution's state: the input while it runs, the output when it succeeded, and else what
 * its history has.
 * @throws InvalidMessageError if it is not a Cumulus message; RemoteMessageError if its part in S3 cannot be read;
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
  return { status: STATUSES[status], startTime, stopTime };
}

/** The event's input or output, which may have been too large for it, with its part in S3. */
async function read(event: ExecutionEvent, part: 'input' | 'output', sources: MessageSources): Promise<unknown> {
  const { executionArn, [part]: text } = event;
  const ask = async () => (await describeExecution(executionArn, sources))?.[part];
  const found = text ?? (await waitForExecution(event, `its ${part}`, ask));
  if (found === undefined) throw new MessageUnavailableError(executionArn, part);
  return messageOf(found, part, sources);
}

/** A message, with its part in S3. */
async function messageOf(text: string, part: 'input' | 'output', sources: MessageSources): Promise<unknown> {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch (error) {
    throw new InvalidMessageError([{ path: `detail.${part}`, message: 'is not JSON' }], error);
  }
  return followMessage(message, async (bucket, key) => fetchFromS3(await sources.s3())(bucket, key));
}

/** The message in a state's output, which may be anything else. */
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
 * @param caught the exception in the message that caught it, which takes precedence over the history's and the event's
 */
function exceptionOf(event: ExecutionEvent, failure: ExecutionFailure | undefined, caught: unknown): object {
  const exception = isNoException(caught) ? (failure?.details ?? ownErrorOf(event)) : caught;
  return {
    ...(isObject(exception) ? exception : { Error: 'Unknown Error', Cause: exception }),
    ...(failure?.step === undefined ? {} : { failedExecutionStepName: failure.step }),
  };
}

/** The execution's own error: if it was aborted or timed out, nothing within it need have failed. */
function ownErrorOf({ status, error, cause }: ExecutionEvent): object {
  if (error === undefined && cause === undefined) return { Error: status === 'FAILED' ? 'Unknown Error' : status };
  return { Error: error, Cause: cause };
}

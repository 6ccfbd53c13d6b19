import { isObject } from '@cumulus/dynamodb';
import {
  type CumulusMessage,
  fetchFromS3,
  followMessage,
  InvalidMessageError,
  isNoException,
  type WorkflowStatus,
  withExecutionState,
} from '@cumulus/models';
import type { WorkflowClients } from '../workflows/aws-clients.ts';
import { describeExecution } from '../workflows/describe-execution.ts';
import { MessageUnavailableError } from './errors.ts';
import type { ExecutionEvent } from './execution-event.ts';
import { type ExecutionFailure, failureOf } from './execution-failure.ts';

/** What messages are read from besides the events. */
export type MessageSources = Pick<WorkflowClients, 's3' | 'stepFunctions'>;

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
 *   MessageUnavailableError if neither event nor Step Functions has it; ServiceUnavailableError
 */
export async function messageOfEvent(event: ExecutionEvent, sources: MessageSources): Promise<CumulusMessage> {
  const { startTime, stopTime } = event;
  const status = STATUSES[event.status];
  const { message, exception } = await toldBy(event, status, sources);
  return withExecutionState(message, {
    status,
    startTime,
    ...(stopTime === undefined ? {} : { stopTime }),
    ...(exception === undefined ? {} : { exception }),
  });
}

interface Told {
  readonly message: unknown;
  /** What takes the place of the message's own exception. */
  readonly exception?: unknown;
}

async function toldBy(event: ExecutionEvent, status: WorkflowStatus, sources: MessageSources): Promise<Told> {
  if (status === 'running') return { message: await read(await partOf(event, 'input', sources), 'input', sources) };
  if (status === 'completed') return { message: await read(await partOf(event, 'output', sources), 'output', sources) };
  const failure = await failureOf(event, sources);
  const caught = failure?.output === undefined ? undefined : await messageIn(failure.output, sources);
  if (caught !== undefined) return { message: caught, exception: exceptionOf(caught['exception'], failure) };
  const message = await read(await partOf(event, 'input', sources), 'input', sources);
  return { message, exception: exceptionOf(failure?.details ?? ownErrorOf(event), failure) };
}

/** The event's input or output, which may have been too large for it. */
async function partOf(event: ExecutionEvent, part: 'input' | 'output', sources: MessageSources): Promise<string> {
  const text = event[part];
  if (text !== undefined) return text;
  const told = (await describeExecution(event.executionArn, sources))?.[part];
  if (told === undefined) throw new MessageUnavailableError(event.executionArn, part);
  return told;
}

/** A message, with what it left in S3. */
async function read(text: string, part: 'input' | 'output', sources: MessageSources): Promise<unknown> {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch (error) {
    throw new InvalidMessageError([{ path: `detail.${part}`, message: 'is not JSON' }], error);
  }
  return followMessage(message, async (bucket, key) => fetchFromS3(await sources.s3())(bucket, key));
}

/** What a state put out, if that is a message: a state may put out anything. */
async function messageIn(
  output: string,
  sources: MessageSources,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const message = await read(output, 'output', sources).catch((error: unknown) => {
    if (error instanceof InvalidMessageError) return undefined;
    throw error;
  });
  return isObject(message) && isObject(message['cumulus_meta']) ? message : undefined;
}

/** An exception with the step that failed. @param own what is told of the failure, by the message that caught it above all */
function exceptionOf(own: unknown, failure: ExecutionFailure | undefined): object {
  const told = isNoException(own) ? failure?.details : own;
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

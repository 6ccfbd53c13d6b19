import { isObject, PageTrail } from '@cumulus/dynamodb/aws';
import type { Models } from '@cumulus/models';
import { followMessage, InvalidMessageError } from '@cumulus/models/messages';
import { RemoteMessageMissingError } from '@cumulus/models/payloads';
import type { Execution } from '@cumulus/models/schemas';
import { askService } from '../aws/ask-service.ts';
import type { AwsClients } from '../aws/clients.ts';
import { describeExecution } from '../aws/describe-execution.ts';
import { fetchText } from '../aws/fetch-text.ts';
import { eventWithoutCredentials, withoutCredentials } from '../json/without-credentials.ts';

/** An execution as Step Functions describes it, or as the table has it once Step Functions has forgotten it. */
export type ExecutionStatus =
  | { readonly execution: object; readonly executionHistory: object; readonly stateMachine: object }
  | { readonly warning: string; readonly execution: object };

/** The most events of a history that Step Functions returns at once. It keeps 25,000, so all are read. */
const EVENTS_A_PAGE = 1_000;

/**
 * Describes an execution and its history.
 * @throws RecordDoesNotExistError if neither Step Functions nor the table has it; ServiceUnavailableError
 */
export async function executionStatus(
  executionArn: string,
  { clients, models }: { readonly clients: AwsClients; readonly models: Models },
): Promise<ExecutionStatus> {
  const execution = await describeExecution(executionArn, clients);
  if (execution === undefined) {
    const record = await models.executions.get({ arn: executionArn });
    return { warning: 'Execution does not exist in Step Functions API', execution: fromTable(record) };
  }
  const [events, stateMachine] = await askService('Step Functions', () =>
    Promise.all([historyOf(executionArn, clients), stateMachineOf(executionArn, clients)]),
  );
  const { $metadata: _execution, input, output, ...rest } = execution;
  return {
    execution: {
      ...rest,
      input: await shownMessage(input, clients),
      output: await shownMessage(output, clients),
    },
    executionHistory: { events: await shownEvents(events, clients) },
    stateMachine,
  };
}

/**
 * What an execution was started with, by Step Functions; undefined if Step Functions has forgotten it (after 90 days), or if what
 * it left in S3 has expired or is damaged.
 * @throws ServiceUnavailableError
 */
export async function inputOf(executionArn: string, clients: AwsClients): Promise<unknown> {
  const { input } = (await describeExecution(executionArn, clients)) ?? {};
  if (input === undefined) return undefined;
  try {
    return await followMessage(JSON.parse(input), fetchText(clients));
  } catch (error) {
    if (error instanceof RemoteMessageMissingError || error instanceof InvalidMessageError) return undefined;
    throw error;
  }
}

async function stateMachineOf(executionArn: string, clients: AwsClients): Promise<object> {
  const { DescribeStateMachineForExecutionCommand } = await import('@aws-sdk/client-sfn');
  const client = await clients.stepFunctions();
  const answer = await client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
  const { $metadata: _, ...machine } = answer;
  return machine;
}

async function historyOf(executionArn: string, clients: AwsClients): Promise<readonly object[]> {
  const { paginateGetExecutionHistory } = await import('@aws-sdk/client-sfn');
  const found: object[] = [];
  const pages = paginateGetExecutionHistory(
    { client: await clients.stepFunctions(), pageSize: EVENTS_A_PAGE },
    { executionArn },
  );
  const trail = new PageTrail<string>(`The history of ${executionArn}`);
  for await (const { events = [], nextToken } of pages) {
    found.push(...events);
    trail.step(nextToken);
  }
  return found;
}

/**
 * Events as earlier releases answered them: the details of each, such as `name`, `input` and `output`, beside its `id` and
 * `type`, with what the messages in them left in S3.
 */
async function shownEvents(events: readonly object[], clients: AwsClients): Promise<readonly object[]> {
  // The output of a task is the input of the next.
  const shown = new Map<string, Promise<string | undefined>>();
  const show = (text: string): Promise<string | undefined> => {
    const message = shown.get(text) ?? shownMessage(text, clients);
    shown.set(text, message);
    return message;
  };
  const found: object[] = [];
  for (const event of events) {
    const flat = withDetails(eventWithoutCredentials(event));
    for (const field of ['input', 'output']) {
      const text = flat[field];
      if (typeof text === 'string') flat[field] = await show(text);
    }
    found.push(flat);
  }
  return found;
}

function withDetails(event: object): { [field: string]: unknown } {
  const isDetails = ([field, value]: readonly [string, unknown]) => field.endsWith('EventDetails') && isObject(value);
  const fields = Object.entries(event);
  const details = fields.filter(isDetails).map(([, value]) => value as object);
  return Object.assign({}, ...details, Object.fromEntries(fields.filter((field) => !isDetails(field))));
}

/** A message as it may be shown, with what it left in S3. */
async function shownMessage(text: string | undefined, clients: AwsClients): Promise<string | undefined> {
  return text === undefined ? undefined : withoutCredentials(await wholeMessage(text, clients));
}

/** A message with what it left in S3; unchanged if that is gone, or if it is not a message. */
async function wholeMessage(text: string, clients: AwsClients): Promise<string> {
  if (!text.includes('"replace"')) return text;
  try {
    return JSON.stringify(await followMessage(JSON.parse(text), fetchText(clients)));
  } catch {
    return text;
  }
}

/** Step Functions' words for how far an execution is. */
const STATUS_WORDS: Readonly<Record<string, string>> = { completed: 'SUCCEEDED', failed: 'FAILED', running: 'RUNNING' };

function fromTable({ arn, name, status, createdAt, duration = 0, originalPayload, finalPayload }: Execution): object {
  const isEnded = status === 'completed' || status === 'failed';
  return {
    executionArn: arn,
    stateMachineArn: arn.replace(':execution:', ':stateMachine:').replace(/:[^:]*$/, ''),
    name: name ?? arn.replace(/^.*:/, ''),
    status: STATUS_WORDS[status] ?? String(status).toUpperCase(),
    startDate: isoTime(createdAt),
    stopDate: isEnded ? isoTime(createdAt + duration * 1000) : undefined,
    input: JSON.stringify(originalPayload),
    output: JSON.stringify(finalPayload),
  };
}

/** Rows are not checked when they are read: what is no time is not shown. */
function isoTime(milliseconds: number): string | undefined {
  const time = new Date(milliseconds);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

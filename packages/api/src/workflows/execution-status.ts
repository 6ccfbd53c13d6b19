import { PageTrail } from '@cumulus/dynamodb/aws';
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
    executionHistory: { events: events.map(eventWithoutCredentials) },
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

function fromTable({ arn, name, status, createdAt, duration = 0, originalPayload, finalPayload }: Execution): object {
  return {
    executionArn: arn,
    stateMachineArn: arn.replace(':execution:', ':stateMachine:').slice(0, -name.length - 1),
    name,
    status,
    startDate: new Date(createdAt).toISOString(),
    stopDate: new Date(createdAt + duration * 1000).toISOString(),
    input: JSON.stringify(originalPayload),
    output: JSON.stringify(finalPayload),
  };
}

import { randomUUID } from 'node:crypto';
import type { Collection, Provider } from '@cumulus/models/schemas';
import { askObjects } from '../aws/ask-objects.ts';
import { askService } from '../aws/ask-service.ts';
import type { AwsClients } from '../aws/clients.ts';
import { NotConfiguredError } from '../errors.ts';
import { toJson } from '../json/to-json.ts';
import { mergeMeta } from './merge-meta.ts';
import type { WorkflowTemplates } from './workflow-templates.ts';

/** What a workflow is started with. */
export interface WorkflowRun {
  readonly workflow: string;
  readonly collection?: Collection | undefined;
  readonly provider?: Provider | undefined;
  readonly meta?: object | undefined;
  readonly cumulusMeta?: object | undefined;
  readonly payload: unknown;
  /** The queue to start it from, among those of the deployment's template. */
  readonly queueName?: string | undefined;
  /** The queue to start it from, whatever the template has. */
  readonly queueUrl?: string | undefined;
  /** What the execution's name begins with. */
  readonly executionNamePrefix?: string | undefined;
  /** The rest of the execution's name, by which what is repeated starts only one; a new one unless given. */
  readonly executionId?: string | undefined;
}

/** The largest input of an execution, in bytes of UTF-8. A queue's message becomes one. */
const MAX_INPUT_BYTES = 262_144;

/** Step Functions' errors for a wrong ARN of a state machine, or for one that is gone. */
const NO_STATE_MACHINE = new Set(['StateMachineDoesNotExist', 'StateMachineDeleting', 'InvalidArn']);

/** SQS's errors for a queue that is gone, in its two protocols. */
const NO_QUEUE = new Set(['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue']);

export interface StarterOptions {
  readonly clients: AwsClients;
  readonly templates: WorkflowTemplates;
  /** The queue that starts workflows whose run names none; undefined to ask Step Functions. */
  readonly queueUrl: string | undefined;
}

/**
 * Starts a workflow, through a queue if there is one, else by Step Functions. A request whose answer is lost is sent again with
 * the same execution name, of which Step Functions starts only one.
 *
 * The consumer of a queue with limited executions reads the queue's name from `cumulus_meta.queueName` and the limit from
 * `meta.queueExecutionLimits`, and sets `workflow_start_time` when it starts the execution.
 * @throws WorkflowNotFoundError, NotConfiguredError, ServiceUnavailableError
 */
export async function startWorkflow(run: WorkflowRun, { clients, templates, queueUrl }: StarterOptions): Promise<void> {
  const [{ arn }, template] = await Promise.all([templates.get(run.workflow), templates.message()]);
  const queues = template.meta?.queues ?? {};
  const url = run.queueUrl ?? queueUrl;
  const named =
    run.queueUrl === undefined ? Object.entries(queues).find(([name]) => name === run.queueName) : undefined;
  const [queueName, queue = url] = named ?? Object.entries(queues).find(([, each]) => each === url) ?? [];
  const executionId = run.executionId ?? randomUUID();
  const executionName = run.executionNamePrefix ? `${run.executionNamePrefix}-${executionId}` : executionId;
  const meta = mergeMeta(template.meta ?? {}, { ...run.meta });
  const message = {
    ...template,
    cumulus_meta: {
      ...template.cumulus_meta,
      ...run.cumulusMeta,
      message_source: 'sfn',
      execution_name: executionName,
      state_machine: arn,
      ...(queue === undefined ? { workflow_start_time: Date.now() } : { queueName, queueUrl: queue }),
    },
    meta: {
      ...meta,
      workflow_name: run.workflow,
      collection: run.collection ?? meta['collection'],
      provider: run.provider ?? meta['provider'],
    },
    payload: run.payload,
    exception: null,
  };
  const input = await fitIntoInput(message, executionName, { clients, templates });
  if (queue !== undefined) return sendToQueue(queue, input, clients);
  return startExecution({ workflow: run.workflow, arn, executionName, input }, clients);
}

interface NewExecution {
  readonly workflow: string;
  /** The ARN of the workflow's state machine. */
  readonly arn: string;
  readonly executionName: string;
  readonly input: string;
}

async function startExecution(
  { workflow, arn, executionName, input }: NewExecution,
  clients: AwsClients,
): Promise<void> {
  const { StartExecutionCommand } = await import('@aws-sdk/client-sfn');
  const command = new StartExecutionCommand({ stateMachineArn: arn, name: executionName, input });
  try {
    await askService('Step Functions', async () => (await clients.stepFunctions()).send(command));
  } catch (error) {
    const { name } = error as Error;
    // The name is ours alone: a request whose answer was lost has started it, and it has ended since.
    if (name === 'ExecutionAlreadyExists') return;
    if (!NO_STATE_MACHINE.has(name)) throw error;
    throw new NotConfiguredError(`The workflow "${workflow}" has no state machine "${arn}".`, [], error);
  }
}

async function sendToQueue(queue: string, input: string, clients: AwsClients): Promise<void> {
  const { SendMessageCommand } = await import('@aws-sdk/client-sqs');
  const command = new SendMessageCommand({ QueueUrl: queue, MessageBody: input });
  try {
    await askService('SQS', async () => (await clients.sqs()).send(command));
  } catch (error) {
    if (!NO_QUEUE.has((error as Error).name)) throw error;
    throw new NotConfiguredError(`There is no queue ${queue} to start workflows from.`, [], error);
  }
}

/**
 * The message as text. If it is too large, all but `cumulus_meta`, which changes on its way, goes to S3, with a pointer in its
 * place, as tasks read it.
 */
async function fitIntoInput(
  message: { readonly cumulus_meta: object; readonly meta: { readonly [name: string]: unknown } },
  executionName: string,
  { clients, templates }: Pick<StarterOptions, 'clients' | 'templates'>,
): Promise<string> {
  const input = toJson(message);
  if (Buffer.byteLength(input) <= MAX_INPUT_BYTES) return input;
  const [Bucket, Key] = [templates.bucket, `events/${executionName}`];
  const { cumulus_meta, ...rest } = message;
  await askObjects(clients, (objects) => objects.put({ bucket: Bucket, key: Key }, toJson(rest)));
  const queueExecutionLimits = message.meta['queueExecutionLimits'];
  return toJson({ cumulus_meta, meta: { queueExecutionLimits }, replace: { Bucket, Key, TargetPath: '$' } });
}

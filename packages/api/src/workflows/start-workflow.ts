import { randomUUID } from 'node:crypto';
import type { Collection, Provider } from '@cumulus/models';
import { asking } from '../aws-settings.ts';
import type { WorkflowClients } from './aws-clients.ts';
import type { WorkflowTemplates } from './workflow-templates.ts';

/** What a workflow is to be started with. */
export interface WorkflowRun {
  readonly workflow: string;
  readonly collection?: Collection | undefined;
  readonly provider?: Provider | undefined;
  readonly meta?: object | undefined;
  readonly cumulusMeta?: object | undefined;
  readonly payload: unknown;
  /** The queue to start it from, among those of the deployment's template. */
  readonly queueName?: string | undefined;
}

/** The largest input that Step Functions takes, in bytes of UTF-8. A queue's message has to become one. */
const MOST_INPUT_BYTES = 262_144;

export interface StarterOptions {
  readonly clients: WorkflowClients;
  readonly templates: WorkflowTemplates;
  /** The queue that starts workflows whose run names none; undefined to ask Step Functions. */
  readonly queueUrl: string | undefined;
}

/**
 * Starts a workflow, from a queue where there is one, else by Step Functions. A request whose answer is lost is sent again with
 * the same name of execution, of which Step Functions takes only one.
 * @throws WorkflowNotFoundError, NotConfiguredError, ServiceUnavailableError
 */
export async function startWorkflow(run: WorkflowRun, { clients, templates, queueUrl }: StarterOptions): Promise<void> {
  const [{ arn }, template] = await Promise.all([templates.get(run.workflow), templates.message()]);
  const queue = (run.queueName === undefined ? undefined : template.meta?.queues?.[run.queueName]) ?? queueUrl;
  const executionName = randomUUID();
  const message = {
    ...template,
    cumulus_meta: {
      ...template.cumulus_meta,
      ...run.cumulusMeta,
      message_source: 'sfn',
      execution_name: executionName,
      state_machine: arn,
      ...(queue === undefined ? {} : { queueUrl: queue }),
    },
    meta: {
      ...template.meta,
      ...run.meta,
      workflow_name: run.workflow,
      ...(run.collection === undefined ? {} : { collection: run.collection }),
      ...(run.provider === undefined ? {} : { provider: run.provider }),
    },
    payload: run.payload,
    exception: null,
  };
  const input = await fitting(message, executionName, { clients, templates });
  if (queue === undefined) {
    const { StartExecutionCommand } = await import('@aws-sdk/client-sfn');
    const command = new StartExecutionCommand({ stateMachineArn: arn, name: executionName, input });
    await asking('Step Functions', async () => (await clients.stepFunctions()).send(command));
  } else {
    const { SendMessageCommand } = await import('@aws-sdk/client-sqs');
    const command = new SendMessageCommand({ QueueUrl: queue, MessageBody: input });
    await asking('SQS', async () => (await clients.sqs()).send(command));
  }
}

/** The message as text; one that is too large is left in S3, with a pointer in its place, as tasks read it. */
async function fitting(
  message: { readonly cumulus_meta: object },
  executionName: string,
  { clients, templates }: Pick<StarterOptions, 'clients' | 'templates'>,
): Promise<string> {
  const input = JSON.stringify(message);
  if (Buffer.byteLength(input) <= MOST_INPUT_BYTES) return input;
  const { PutObjectCommand } = await import('@aws-sdk/client-s3');
  const [Bucket, Key] = [templates.bucket, `events/${executionName}`];
  const command = new PutObjectCommand({ Bucket, Key, Body: input, ContentType: 'application/json' });
  await asking('S3', async () => (await clients.s3()).send(command));
  return JSON.stringify({ cumulus_meta: message.cumulus_meta, replace: { Bucket, Key, TargetPath: '$' } });
}

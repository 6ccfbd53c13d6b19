import { isObject } from '@cumulus/dynamodb/aws';
import { followMessage } from '@cumulus/models/messages';
import { askService } from '../aws/ask-service.ts';
import { describeExecution } from '../aws/describe-execution.ts';
import { fetchText } from '../aws/fetch-text.ts';
import { parseExecutionEvent } from '../events/execution-event.ts';
import { NO_QUEUE } from '../rules/sqs/queue-url.ts';
import { SOON } from './polled-queues.ts';
import type { RuleStarting } from './rule-starting.ts';

/** SQS's errors for a message that somebody else has by now, or that is gone. */
const NOT_OURS: readonly string[] = [
  ...NO_QUEUE,
  'ReceiptHandleIsInvalid',
  'InvalidParameterValue',
  'MessageNotInflight',
];

/**
 * Deletes the message of a queue when the workflow that it started has succeeded, and lets it come again soon when that has failed.
 * @param event a status change of an execution, as EventBridge delivers it
 * @throws InvalidEventError, RemoteMessageError, ServiceUnavailableError
 */
export async function finishQueueMessage(
  event: unknown,
  { clients, log }: Pick<RuleStarting, 'clients' | 'log'>,
): Promise<void> {
  const { status, executionArn, input } = parseExecutionEvent(event);
  if (status === 'RUNNING') return;
  const text = input ?? (await describeExecution(executionArn, clients))?.input;
  const source =
    text === undefined ? undefined : eventSourceIn(await followMessage(JSON.parse(text), fetchText(clients)));
  if (source === undefined) return;
  const { ChangeMessageVisibilityCommand, DeleteMessageCommand } = await import('@aws-sdk/client-sqs');
  const sqs = await clients.sqs();
  const message = { QueueUrl: source.queueUrl, ReceiptHandle: source.receiptHandle };
  const subject = { executionArn, status, queue: source.queueUrl, messageId: source.messageId };
  try {
    await askService('SQS', async () => {
      if (status === 'SUCCEEDED') await sqs.send(new DeleteMessageCommand(message));
      else await sqs.send(new ChangeMessageVisibilityCommand({ ...message, VisibilityTimeout: SOON }));
    });
    log.info(status === 'SUCCEEDED' ? 'message of a queue deleted' : 'message of a queue comes again', subject);
  } catch (error) {
    if (!NOT_OURS.includes((error as Error).name)) throw error;
    log.warn('message of a queue is not there as it was', { ...subject, error });
  }
}

interface EventSource {
  readonly queueUrl: string;
  readonly receiptHandle: string;
  readonly messageId: unknown;
}

/** Undefined for executions that no message started, and for those that others started with the same `meta`. */
function eventSourceIn(message: unknown): EventSource | undefined {
  const meta = isObject(message) && isObject(message['meta']) ? message['meta'] : {};
  const source = isObject(meta['eventSource']) ? meta['eventSource'] : {};
  const { type, deleteCompletedMessage, workflow_name: workflow, queueUrl, receiptHandle, messageId } = source;
  if (type !== 'sqs' || deleteCompletedMessage !== true || workflow !== meta['workflow_name']) return undefined;
  if (typeof queueUrl !== 'string' || typeof receiptHandle !== 'string') return undefined;
  return { queueUrl, receiptHandle, messageId };
}

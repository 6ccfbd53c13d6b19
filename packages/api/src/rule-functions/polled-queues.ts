import type { Message as SqsMessage } from '@aws-sdk/client-sqs';
import { isObject } from '@cumulus/dynamodb/aws';
import type { Rule } from '@cumulus/models/schemas';
import { askService } from '../aws/ask-service.ts';
import { parseJson } from '../json/to-json.ts';
import { NO_QUEUE, queueUrlOf } from '../rules/sqs/queue-url.ts';
import { DEFAULT_RETRIES, MAX_VISIBILITY_TIMEOUT } from '../rules/sqs/trigger.ts';
import { executionIdOf } from '../workflows/execution-id.ts';
import { collectionIn, enabledRules, isOfCollection, messageIn, withCollection } from './applicable-rules.ts';
import type { RuleStarting } from './rule-starting.ts';

/** Unless the function is invoked with others: messages of a queue, and seconds. */
const DEFAULT_LIMITS = { messageLimit: 1, timeLimit: 240 };

/** The most messages that SQS gives at once. */
const MESSAGES_AT_ONCE = 10;

/** Seconds after which a message that is not tried again goes on to the dead-letter queue. */
export const SOON = 5;

/**
 * Reads the queues of all rules that are ENABLED, and starts their workflows. A message stays in its queue, invisible, until its
 * workflow has ended: the function that gets its end as an event deletes it, or lets it come again. One that starts nothing comes again
 * when the rules' visibility time-out is over, up to the queue's dead-letter queue.
 * @param limits `messageLimit`, the most messages of each queue, and `timeLimit`, in seconds
 */
export async function pollQueues(limits: unknown, starting: RuleStarting, now: () => number = Date.now): Promise<void> {
  const { messageLimit, timeLimit } = {
    ...DEFAULT_LIMITS,
    ...(isObject(limits) ? limits : {}),
  } as typeof DEFAULT_LIMITS;
  const byQueue = new Map<string, Rule[]>();
  for (const rule of await enabledRules(starting.models, 'sqs')) {
    const queue = rule.rule.value ?? '';
    byQueue.set(queue, [...(byQueue.get(queue) ?? []), rule]);
  }
  const end = now() + timeLimit * 1_000;
  const polled = await Promise.allSettled(
    [...byQueue].map(([queue, rules]) =>
      pollQueue(queue, rules, { messageLimit, isOver: () => now() >= end }, starting),
    ),
  );
  const failed = polled.find((each) => each.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

interface Limits {
  readonly messageLimit: number;
  readonly isOver: () => boolean;
}

async function pollQueue(queue: string, rules: readonly Rule[], limits: Limits, starting: RuleStarting): Promise<void> {
  const { ReceiveMessageCommand } = await import('@aws-sdk/client-sqs');
  const { clients, log } = starting;
  const sqs = await clients.sqs();
  try {
    const QueueUrl = await askService('SQS', () => queueUrlOf(queue, sqs));
    let left = limits.messageLimit;
    while (left > 0 && !limits.isOver()) {
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: Math.min(left, MESSAGES_AT_ONCE),
        VisibilityTimeout: visibilityTimeoutOf(rules),
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      });
      const { Messages = [] } = await askService('SQS', () => sqs.send(command));
      if (Messages.length === 0) return;
      left -= Messages.length;
      await Promise.all(Messages.map((message) => startWorkflowsOf(message, QueueUrl, rules, starting)));
    }
  } catch (error) {
    if (!NO_QUEUE.includes((error as Error).name)) throw error;
    log.warn('queue of rules not found', { queue, rules: rules.map(({ name }) => name), error });
  }
}

/** The longest of all rules; undefined for that of the queue. What SQS does not take, of earlier releases, counts as not given. */
function visibilityTimeoutOf(rules: readonly Rule[]): number | undefined {
  const given = rules
    .map(({ meta }) => Number(meta?.['visibilityTimeout']))
    .filter((seconds) => Number.isInteger(seconds) && seconds > 0 && seconds <= MAX_VISIBILITY_TIMEOUT);
  return given.length === 0 ? undefined : Math.max(...given);
}

/** What is no number, of earlier releases, counts as not given. */
function retriesOf({ meta }: Rule): number {
  const retries = Number(meta?.['retries'] ?? DEFAULT_RETRIES);
  return Number.isNaN(retries) ? DEFAULT_RETRIES : retries;
}

async function startWorkflowsOf(
  { Body = '', MessageId: messageId = '', ReceiptHandle: receiptHandle = '', Attributes = {} }: SqsMessage,
  queueUrl: string,
  rules: readonly Rule[],
  { workflows, clients, log }: RuleStarting,
): Promise<void> {
  const receivedCount = Number(Attributes['ApproximateReceiveCount'] ?? 1);
  const subject = { queue: queueUrl, messageId, receivedCount };
  try {
    const message = messageIn(Body, parseJson);
    const collection = collectionIn(message);
    const applicable = rules.filter((rule) => isOfCollection(rule, collection));
    const tried = applicable.filter((rule) => retriesOf(rule) >= receivedCount - 1);
    if (tried.length < applicable.length && tried.length === 0) {
      const { ChangeMessageVisibilityCommand } = await import('@aws-sdk/client-sqs');
      const again = { QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: SOON };
      await (await clients.sqs()).send(new ChangeMessageVisibilityCommand(again));
    }
    for (const rule of tried) {
      const eventSource = {
        ...{ type: 'sqs', messageId, queueUrl, receiptHandle, receivedCount },
        ...{ deleteCompletedMessage: true, workflow_name: rule.workflow },
      };
      const executionId = executionIdOf('sqs', messageId, receivedCount, rule.name);
      const meta = { ...rule.meta, eventSource };
      await workflows.startRule(withCollection(rule, collection), { payload: message, meta, executionId });
    }
    log.info('workflows started by a queue’s message', { ...subject, rules: tried.map(({ name }) => name) });
  } catch (error) {
    // It comes again when its visibility time-out is over.
    log.error('message of a queue started no workflow', { ...subject, error });
  }
}

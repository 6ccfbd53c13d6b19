import type { SQSClient } from '@aws-sdk/client-sqs';

/** The URL of a queue, of which a rule has the URL or the ARN. @throws what SQS says of a queue that is not there */
export async function queueUrlOf(queue: string, sqs: SQSClient): Promise<string> {
  const [, account, name] = /^arn:[^:]+:sqs:[^:]+:(\d+):(.+)$/.exec(queue) ?? [];
  if (name === undefined || account === undefined) return queue;
  const { GetQueueUrlCommand } = await import('@aws-sdk/client-sqs');
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account }));
  return QueueUrl ?? queue;
}

/** SQS's errors for a queue that is not there, in its two protocols, and for one of another account. */
export const NO_QUEUE: readonly string[] = [
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
  'InvalidAddress',
  'AccessDenied',
  'AccessDeniedException',
];

import { askService } from '../aws/ask-service.ts';
import type { AwsClients } from '../aws/clients.ts';
import { NotConfiguredError } from '../errors.ts';
import { OperationUnknownError } from './errors.ts';
import type { Runner } from './operations.ts';

/** Seconds after which a message is delivered, so that the record is there by then. */
const FIRST_DELAY = 5;

/** The longest delay of a message that SQS takes, in seconds. */
const MAX_DELAY = 900;

/** SQS's errors for a queue that is gone, in its two protocols. */
const NO_QUEUE = ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'];

/**
 * Runs operations by a function that a queue invokes. Each operation has a message, which comes again if the function dies, or
 * sends itself again where the time of one invocation was not enough.
 */
export class QueueRunner implements Runner {
  readonly name = 'queue';
  readonly #clients: Pick<AwsClients, 'sqs'>;
  readonly #queueUrl: string;

  constructor(clients: Pick<AwsClients, 'sqs'>, queueUrl: string) {
    this.#clients = clients;
    this.#queueUrl = queueUrl;
  }

  /** A message of an operation that has no record in the end is dropped. @throws NotConfiguredError, ServiceUnavailableError */
  async announce(id: string): Promise<void> {
    await this.send(id, FIRST_DELAY);
  }

  /** @param delay seconds after which it is delivered @throws NotConfiguredError, ServiceUnavailableError */
  async send(id: string, delay = 0): Promise<void> {
    const { SendMessageCommand } = await import('@aws-sdk/client-sqs');
    const DelaySeconds = Math.min(Math.max(0, Math.ceil(delay)), MAX_DELAY);
    const command = new SendMessageCommand({
      ...{ QueueUrl: this.#queueUrl, MessageBody: JSON.stringify({ asyncOperationId: id }), DelaySeconds },
    });
    try {
      await askService('SQS', async () => (await this.#clients.sqs()).send(command));
    } catch (error) {
      if (!NO_QUEUE.includes((error as Error).name)) throw error;
      const problem = `The queue ${this.#queueUrl}, which the setting operationsQueueUrl names, does not exist.`;
      throw new NotConfiguredError(problem, [], error);
    }
  }
}

/** The operation that a message is about. @throws OperationUnknownError */
export function operationOf(message: unknown): string {
  const { asyncOperationId: id } = (message ?? {}) as { readonly asyncOperationId?: unknown };
  if (typeof id === 'string' && id !== '') return id;
  throw new OperationUnknownError('A message of the queue names no operation in asyncOperationId.');
}

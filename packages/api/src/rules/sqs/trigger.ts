import type { Rule } from '@cumulus/models/schemas';
import { askService } from '../../aws/ask-service.ts';
import type { AwsClients } from '../../aws/clients.ts';
import { TriggerRefusedError } from '../../errors.ts';
import type { Settings } from '../../settings.ts';
import type { Workflows } from '../../workflows/workflows.ts';
import { arnsOf, requireSettings, type Trigger, type TriggerArns } from '../trigger.ts';
import { NO_QUEUE, queueUrlOf } from './queue-url.ts';

export interface SqsTriggerOptions {
  readonly settings: Pick<Settings, 'systemBucket' | 'triggers'>;
  readonly clients: Pick<AwsClients, 'sqs'>;
  readonly workflows: Pick<Workflows, 'get'>;
}

/** How often a message is tried again unless the rule says so. */
export const DEFAULT_RETRIES = 3;

/** Nothing of its own in AWS: a function polls the queues of all rules that are ENABLED. But the queue has to be fit for it. */
export class SqsTrigger implements Trigger {
  readonly #options: SqsTriggerOptions;

  constructor(options: SqsTriggerOptions) {
    this.#options = options;
  }

  requireConfigured(): void {
    const { systemBucket, triggers } = this.#options.settings;
    const { sqsMessageConsumer } = triggers;
    requireSettings('sqs', { sqsMessageConsumer, system_bucket: systemBucket });
  }

  async prepare(rule: Rule, stored: Rule | undefined): Promise<Partial<Rule>> {
    this.requireConfigured();
    if (stored === undefined) await this.#options.workflows.get(rule.workflow);
    // What is to stop can stop, whatever has become of its queue.
    if (rule.state === 'DISABLED' && stored?.rule?.value === rule.rule.value) return {};
    const visibilityTimeout = await this.#checkQueue(rule.rule.value ?? '');
    const { meta = {} } = rule;
    return {
      meta: {
        ...meta,
        visibilityTimeout: meta['visibilityTimeout'] || visibilityTimeout,
        retries: meta['retries'] ?? DEFAULT_RETRIES,
      },
    };
  }

  sourceOf(): undefined {
    return undefined;
  }

  isNeededBy(): boolean {
    return false;
  }

  async put(rule: Rule): Promise<TriggerArns> {
    return arnsOf(rule);
  }

  async delete(): Promise<void> {}

  /** @returns the seconds for which a message that was received stays invisible */
  async #checkQueue(queue: string): Promise<number> {
    const { RedrivePolicy, VisibilityTimeout } = await this.#attributesOf(queue);
    if (!RedrivePolicy)
      throw new TriggerRefusedError(`The SQS queue ${queue} has no dead-letter queue. Nothing was written.`);
    const seconds = Number(VisibilityTimeout ?? 0);
    if (seconds > 0) return seconds;
    throw new TriggerRefusedError(
      `The SQS queue ${queue} has no visibility time-out: its messages would be taken again at once. Nothing was written.`,
    );
  }

  async #attributesOf(queue: string): Promise<Readonly<Record<string, string>>> {
    const { GetQueueAttributesCommand } = await import('@aws-sdk/client-sqs');
    const sqs = await this.#options.clients.sqs();
    try {
      return await askService('SQS', async () => {
        const QueueUrl = await queueUrlOf(queue, sqs);
        const command = new GetQueueAttributesCommand({
          ...{ QueueUrl, AttributeNames: ['RedrivePolicy', 'VisibilityTimeout'] },
        });
        return (await sqs.send(command)).Attributes ?? {};
      });
    } catch (error) {
      if (!NO_QUEUE.includes((error as Error).name)) throw error;
      throw new TriggerRefusedError(
        `The SQS queue ${queue} does not exist, or this API may not read its attributes. Nothing was written.`,
        [],
        error,
      );
    }
  }
}

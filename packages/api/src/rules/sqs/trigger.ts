import type { Rule } from '@cumulus/models/schemas';
import { askService } from '../../aws/ask-service.ts';
import type { AwsClients } from '../../aws/clients.ts';
import { TriggerRefusedError } from '../../errors.ts';
import type { Settings } from '../../settings.ts';
import type { Workflows } from '../../workflows/workflows.ts';
import { arnsOf, type FoundTrigger, requireSettings, type Trigger, type TriggerArns } from '../trigger.ts';
import { NO_QUEUE, queueUrlOf } from './queue-url.ts';

export interface SqsTriggerOptions {
  readonly settings: Pick<Settings, 'systemBucket' | 'triggers'>;
  readonly clients: Pick<AwsClients, 'sqs'>;
  readonly workflows: Pick<Workflows, 'get'>;
}

/** How often a message is tried again unless the rule says so. */
export const DEFAULT_RETRIES = 3;

/** How long SQS keeps a message invisible at most, in seconds. */
export const MAX_VISIBILITY_TIMEOUT = 43_200;

/** What of a rule's `meta` the function that polls queues asks SQS for, with the largest value. */
const LIMITS = { visibilityTimeout: MAX_VISIBILITY_TIMEOUT, retries: Number.MAX_SAFE_INTEGER } as const;

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
    checkMeta(rule, stored);
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

  /** The same, unless the queue is unfit. */
  async compare({ state, rule: { value = '' } }: Rule): Promise<FoundTrigger> {
    if (state !== 'DISABLED') await this.#checkQueue(value);
    return 'same';
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

/**
 * Checks what would keep the queue from being polled, for other rules too. What a rule has already stays; nothing stands for the default.
 * @throws TriggerRefusedError
 */
function checkMeta({ meta = {} }: Rule, stored: Rule | undefined): void {
  for (const [field, max] of Object.entries(LIMITS)) {
    const value: unknown = meta[field];
    if (value === undefined || value === null || value === '' || value === stored?.meta?.[field]) continue;
    const number = typeof value === 'string' ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= max) continue;
    const words = field === 'retries' ? 'a whole number' : `whole seconds up to ${max}`;
    throw new TriggerRefusedError(`meta.${field} of a rule of a queue takes ${words}. Nothing was written.`);
  }
}

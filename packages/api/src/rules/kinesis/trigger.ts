import type { Rule } from '@cumulus/models/schemas';
import type { TriggerClients } from '../../aws/trigger-clients.ts';
import type { Settings } from '../../settings.ts';
import type { Workflows } from '../../workflows/workflows.ts';
import {
  type FoundTrigger,
  requireSettings,
  type Trigger,
  type TriggerArns,
  type TriggeredRule,
  together,
} from '../trigger.ts';
import { EventSource } from './event-source.ts';

export interface KinesisTriggerOptions {
  readonly settings: Pick<Settings, 'systemBucket' | 'triggers'>;
  readonly clients: Pick<TriggerClients, 'lambda'>;
  readonly workflows: Pick<Workflows, 'get'>;
}

/**
 * Two event source mappings of a stream: to the function that starts workflows, and to the one that logs the stream's records. All
 * rules of a stream share them. They are there as long as any rule names the stream, also one that is DISABLED: the function passes
 * over rules that are, and records of that time must not be waiting when the rule is ENABLED again.
 */
export class KinesisTrigger implements Trigger {
  readonly #options: KinesisTriggerOptions;

  constructor(options: KinesisTriggerOptions) {
    this.#options = options;
  }

  requireConfigured(): void {
    this.#functions();
  }

  async prepare(rule: Rule, stored: Rule | undefined): Promise<Partial<Rule>> {
    this.requireConfigured();
    if (stored === undefined) await this.#options.workflows.get(rule.workflow);
    return {};
  }

  sourceOf({ rule: { value } }: Pick<Rule, 'rule'>): string | undefined {
    return value;
  }

  isNeededBy(): boolean {
    return true;
  }

  async compare({ rule: { value = '', arn, logEventArn } }: Rule): Promise<FoundTrigger> {
    const { consumer, logger } = this.#functions();
    const source = new EventSource(value, await this.#options.clients.lambda());
    return together(await source.compare(consumer, arn), await source.compare(logger, logEventArn));
  }

  async put({ rule: { value = '', arn, logEventArn } }: Rule): Promise<TriggerArns> {
    const { consumer, logger } = this.#functions();
    const source = new EventSource(value, await this.#options.clients.lambda());
    return { arn: await source.ensure(consumer, arn), logEventArn: await source.ensure(logger, logEventArn) };
  }

  async delete({ rule: { value = '', arn, logEventArn } }: TriggeredRule, isShared: boolean): Promise<void> {
    if (isShared) return;
    const { consumer, logger } = this.#functions();
    const source = new EventSource(value, await this.#options.clients.lambda());
    await source.remove(consumer, arn);
    await source.remove(logger, logEventArn);
  }

  #functions(): { readonly consumer: string; readonly logger: string } {
    const { systemBucket, triggers } = this.#options.settings;
    const { messageConsumer: consumer, KinesisInboundEventLogger: logger } = requireSettings('kinesis', {
      messageConsumer: triggers.messageConsumer,
      KinesisInboundEventLogger: triggers.kinesisInboundEventLogger,
      system_bucket: systemBucket,
    });
    return { consumer, logger };
  }
}

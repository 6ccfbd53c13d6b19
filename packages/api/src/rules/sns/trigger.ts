import type { Rule } from '@cumulus/models/schemas';
import type { TriggerClients } from '../../aws/trigger-clients.ts';
import { NotConfiguredError } from '../../errors.ts';
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
import { Invocations } from './invocations.ts';
import { Topic } from './topic.ts';

export interface SnsTriggerOptions {
  readonly settings: Pick<Settings, 'systemBucket' | 'triggers'>;
  readonly clients: Pick<TriggerClients, 'lambda' | 'sns'>;
  readonly workflows: Pick<Workflows, 'get'>;
}

/**
 * A subscription of the function that starts workflows to a topic. All rules of the topic share it. Each rule has a statement of
 * its own, which lets the topic invoke the function. Rules that are DISABLED have neither.
 */
export class SnsTrigger implements Trigger {
  readonly #options: SnsTriggerOptions;

  constructor(options: SnsTriggerOptions) {
    this.#options = options;
  }

  requireConfigured(): void {
    this.#functionArn();
  }

  async prepare(rule: Rule, stored: Rule | undefined): Promise<Partial<Rule>> {
    this.requireConfigured();
    if (stored === undefined) await this.#options.workflows.get(rule.workflow);
    return {};
  }

  sourceOf({ rule: { value } }: Pick<Rule, 'rule'>): string | undefined {
    return value;
  }

  isNeededBy({ state }: Pick<Rule, 'state'>): boolean {
    return state === 'ENABLED';
  }

  async compare({ name, state, rule: { value = '', arn } }: Rule): Promise<FoundTrigger> {
    const { clients } = this.#options;
    const permitted = await new Invocations(this.#functionArn(), await clients.lambda()).compare(
      statementOf(name),
      value,
    );
    if (state !== 'ENABLED') return permitted === 'missing' ? 'same' : 'other';
    return together(permitted, await new Topic(value, await clients.sns()).compare(this.#functionArn(), arn));
  }

  async put({ name, state, rule: { value = '' } }: Rule): Promise<TriggerArns> {
    if (state !== 'ENABLED') return {};
    const { clients } = this.#options;
    // First the permission: without it, SNS cannot deliver.
    await new Invocations(this.#functionArn(), await clients.lambda()).permit(statementOf(name), value);
    return { arn: await new Topic(value, await clients.sns()).subscribe(this.#functionArn()) };
  }

  async delete({ name, rule: { value = '' } }: TriggeredRule, isShared: boolean): Promise<void> {
    const { clients } = this.#options;
    if (!isShared) await new Topic(value, await clients.sns()).unsubscribe(this.#functionArn());
    await new Invocations(this.#functionArn(), await clients.lambda()).forbid(statementOf(name), value);
  }

  #functionArn(): string {
    const { systemBucket, triggers } = this.#options.settings;
    const { messageConsumer } = requireSettings('sns', {
      messageConsumer: triggers.messageConsumer,
      system_bucket: systemBucket,
    });
    if (messageConsumer.startsWith('arn:')) return messageConsumer;
    throw new NotConfiguredError(
      `The setting messageConsumer is ${messageConsumer}, and SNS takes the ARN of a function only.`,
    );
  }
}

/** As earlier releases named it. */
function statementOf(name: string): string {
  return `${name}Permission`;
}

import type { SNSClient } from '@aws-sdk/client-sns';
import { PageTrail } from '@cumulus/dynamodb/aws';
import { askForTrigger } from '../ask-for-trigger.ts';
import type { FoundTrigger } from '../trigger.ts';

/** Errors by which SNS refuses a topic that is not there, or a subscription to it. */
const REFUSALS = [
  ...['NotFoundException', 'InvalidParameterException', 'SubscriptionLimitExceededException'],
  ...['NotFound', 'InvalidParameter', 'SubscriptionLimitExceeded'],
];

const GONE: readonly string[] = ['NotFoundException', 'NotFound'];

/** Errors by which SNS says that there is no subscription to a topic: it is gone, or was never one of this region. */
const NO_TOPIC: readonly string[] = [...GONE, 'InvalidParameterException', 'InvalidParameter'];

/** A topic of SNS, with the functions that are subscribed to it. */
export class Topic {
  readonly #arn: string;
  readonly #sns: SNSClient;

  constructor(arn: string, sns: SNSClient) {
    this.#arn = arn;
    this.#sns = sns;
  }

  /** How what there is for a function compares with the subscription that a rule knows. */
  async compare(functionArn: string, known: string | undefined): Promise<FoundTrigger> {
    const found = await this.#subscriptionsOf(functionArn);
    if (found.length === 0) return 'missing';
    return known !== undefined && found.includes(known) ? 'same' : 'other';
  }

  /** Subscribes a function, unless it is. @returns the subscription's ARN */
  async subscribe(functionArn: string): Promise<string> {
    const { SubscribeCommand } = await import('@aws-sdk/client-sns');
    // SNS would refuse to subscribe it again if the subscription has other attributes, such as a filter.
    const [present] = await this.#subscriptionsOf(functionArn);
    if (present !== undefined) return present;
    const command = new SubscribeCommand({
      ...{ TopicArn: this.#arn, Protocol: 'lambda', Endpoint: functionArn, ReturnSubscriptionArn: true },
    });
    return (await askForTrigger('SNS', REFUSALS, () => this.#sns.send(command))).SubscriptionArn ?? '';
  }

  /** Removes a function's subscription, if there is one. */
  async unsubscribe(functionArn: string): Promise<void> {
    const { UnsubscribeCommand } = await import('@aws-sdk/client-sns');
    for (const SubscriptionArn of await this.#subscriptionsIfThere(functionArn)) {
      try {
        await askForTrigger('SNS', [], () => this.#sns.send(new UnsubscribeCommand({ SubscriptionArn })));
      } catch (error) {
        if (!GONE.includes((error as Error).name)) throw error;
      }
    }
  }

  /** None where the topic is gone, with all its subscriptions, or never was one. */
  async #subscriptionsIfThere(functionArn: string): Promise<readonly string[]> {
    try {
      return await this.#subscriptionsOf(functionArn);
    } catch (error) {
      if (NO_TOPIC.includes(((error as Error).cause as Error | undefined)?.name ?? '')) return [];
      throw error;
    }
  }

  async #subscriptionsOf(functionArn: string): Promise<readonly string[]> {
    const { paginateListSubscriptionsByTopic } = await import('@aws-sdk/client-sns');
    const found: string[] = [];
    const trail = new PageTrail<string>(`The list of subscriptions to ${this.#arn}`);
    await askForTrigger('SNS', REFUSALS, async () => {
      const pages = paginateListSubscriptionsByTopic({ client: this.#sns }, { TopicArn: this.#arn });
      for await (const { Subscriptions = [], NextToken } of pages) {
        for (const { Protocol, Endpoint, SubscriptionArn } of Subscriptions) {
          if (Protocol === 'lambda' && Endpoint === functionArn && SubscriptionArn?.startsWith('arn:'))
            found.push(SubscriptionArn);
        }
        trail.step(NextToken);
      }
    });
    return found;
  }
}

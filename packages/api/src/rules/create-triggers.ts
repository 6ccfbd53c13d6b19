import type { Rule } from '@cumulus/models/schemas';
import type { AwsClients } from '../aws/clients.ts';
import type { TriggerClients } from '../aws/trigger-clients.ts';
import type { Settings } from '../settings.ts';
import type { Workflows } from '../workflows/workflows.ts';
import { KinesisTrigger } from './kinesis/trigger.ts';
import { NO_TRIGGER } from './no-trigger.ts';
import { ScheduledTrigger } from './scheduled/trigger.ts';
import { SnsTrigger } from './sns/trigger.ts';
import { SqsTrigger } from './sqs/trigger.ts';
import type { Trigger } from './trigger.ts';

/** The trigger of each type of rules. */
export type Triggers = { readonly [type in Rule['rule']['type']]: Trigger } & {
  readonly scheduled: Pick<ScheduledTrigger, keyof Trigger | 'all'>;
};

export interface TriggersOptions {
  readonly settings: Pick<Settings, 'stackName' | 'systemBucket' | 'triggers'>;
  readonly clients: Pick<AwsClients, 'sqs'> & TriggerClients;
  readonly workflows: Pick<Workflows, 'get' | 'template'>;
}

export function createTriggers(options: TriggersOptions): Triggers {
  return {
    onetime: NO_TRIGGER,
    scheduled: new ScheduledTrigger(options),
    kinesis: new KinesisTrigger(options),
    sns: new SnsTrigger(options),
    sqs: new SqsTrigger(options),
  };
}

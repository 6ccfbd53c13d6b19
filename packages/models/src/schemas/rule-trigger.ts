import { isObject } from '@cumulus/dynamodb/aws';
import type { PlainItem } from '@cumulus/dynamodb/items';
import type { Violation } from '../errors.ts';

/** What starts a rule's workflow. */
export const TRIGGER_TYPES = ['onetime', 'scheduled', 'kinesis', 'sns', 'sqs'] as const;

type TriggerType = (typeof TRIGGER_TYPES)[number];

/** What the `value` of a rule's trigger has to be, by the trigger's type. A onetime rule needs none. */
const triggerValues: {
  readonly [type in TriggerType]?: { readonly words: string; readonly is: (value: string) => boolean };
} = {
  scheduled: {
    words: 'a schedule of EventBridge: rate(1 hour), rate(5 minutes), cron(0 12 * * ? *)',
    is: (value) => isRate(value) || isCron(value),
  },
  kinesis: {
    words: 'the ARN of a Kinesis stream',
    is: (value) => /^arn:aws[\w-]*:kinesis:[\w-]+:\d+:stream\/[\w.-]+$/.test(value),
  },
  sns: {
    words: 'the ARN of an SNS topic',
    is: (value) => /^arn:aws[\w-]*:sns:[\w-]+:\d+:[\w-]+(?:\.fifo)?$/.test(value),
  },
  sqs: {
    words: 'the URL or ARN of an SQS queue',
    is: (value) => /^arn:aws[\w-]*:sqs:[\w-]+:\d+:[\w-]+(?:\.fifo)?$/.test(value) || isQueueUrl(value),
  },
};

/**
 * What a rule's trigger lacks for its type. A trigger that is no object, or of no known type, is passed over: the schema
 * reports it.
 */
export function violationsOfTrigger({ rule: trigger }: PlainItem): Violation[] {
  if (!isObject(trigger)) return [];
  const { type, value } = trigger;
  if (typeof type !== 'string' || !Object.hasOwn(triggerValues, type)) return [];
  const wanted = triggerValues[type as TriggerType];
  if (wanted === undefined) return [];
  if (value === undefined) return [{ path: 'rule.value', message: `is required: ${wanted.words}` }];
  if (typeof value !== 'string' || wanted.is(value)) return [];
  return [{ path: 'rule.value', message: `must be ${wanted.words}` }];
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html: 1 takes the singular. */
function isRate(value: string): boolean {
  return /^rate\((?:1 (?:minute|hour|day)|(?!1 )[1-9]\d* (?:minutes|hours|days))\)$/.test(value);
}

/** Six fields, of which the day of the month or the day of the week is left open by `?`. What they say is up to AWS. */
function isCron(value: string): boolean {
  const fields = /^cron\(([\w*/,?#-]+(?: +[\w*/,?#-]+){5})\)$/.exec(value)?.[1]?.split(/ +/);
  return fields !== undefined && (fields[2] === '?' || fields[4] === '?');
}

function isQueueUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, pathname } = new URL(value);
  return (protocol === 'https:' || protocol === 'http:') && pathname.length > 1;
}

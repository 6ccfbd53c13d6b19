import type { RuleFunction, RuleFunctions } from './handlers.ts';

export { InvalidRuleEventError } from './errors.ts';
export type { RuleFunction } from './handlers.ts';

let functions: Promise<RuleFunctions> | undefined;

/** Created at the first event, so that importing this module loads little and needs no environment. */
function lazily(name: keyof RuleFunctions): RuleFunction {
  return async (event, context) => {
    functions ??= import('./handlers.ts').then(({ createRuleFunctions }) => createRuleFunctions(process.env));
    await (await functions)[name](event, context);
  };
}

/**
 * A Lambda handler that starts the workflow that a schedule's input names: the function of the API's setting `invokeArn`.
 *
 * The environment of all these functions: `stackName`, `system_bucket`, the tables' names in `RulesTable`, `CollectionsTable` and
 * `ProvidersTable`, and `defaultSchedulerQueueUrl` if workflows are started from a queue. docs/how-to/rules.md shows how to deploy them.
 * @throws SettingsError if one of these variables is missing; InvalidRuleEventError; what starting the workflow throws
 *
 * @example
 * ```ts
 * import { startScheduled } from '@cumulus/api/rule-functions';
 *
 * export const handler = startScheduled;
 * ```
 */
export const startScheduled: RuleFunction = lazily('startScheduled');

/**
 * A Lambda handler that starts the workflows of rules of type `kinesis` and `sns`, by the records of a stream or the message of a topic:
 * the function of the API's setting `messageConsumer`. With `FallbackTopicArn`, a record of a stream that starts nothing goes to that
 * topic instead of holding up its shard; subscribe this function to the topic too.
 * @throws as {@link startScheduled} does, for records that have to come again
 *
 * @example
 * ```ts
 * import { startOfRecords } from '@cumulus/api/rule-functions';
 *
 * export const handler = startOfRecords;
 * ```
 */
export const startOfRecords: RuleFunction = lazily('startOfRecords');

/**
 * A Lambda handler that logs the records of a stream: the function of the API's setting `KinesisInboundEventLogger`.
 * @throws SettingsError
 *
 * @example
 * ```ts
 * import { logRecords } from '@cumulus/api/rule-functions';
 *
 * export const handler = logRecords;
 * ```
 */
export const logRecords: RuleFunction = lazily('logRecords');

/**
 * A Lambda handler that reads the queues of rules of type `sqs` and starts their workflows, up to `messageLimit` messages of each
 * queue and for `timeLimit` seconds at most: the function of the API's setting `sqsMessageConsumer`, which a schedule invokes.
 * @throws SettingsError; ServiceUnavailableError
 *
 * @example
 * ```ts
 * import { pollQueues } from '@cumulus/api/rule-functions';
 *
 * export const handler = pollQueues;
 * ```
 */
export const pollQueues: RuleFunction = lazily('pollQueues');

/**
 * A Lambda handler for status changes of executions, from EventBridge: it deletes the message of a queue whose workflow has succeeded,
 * and lets one whose workflow has failed come again.
 * @throws SettingsError; InvalidEventError; ServiceUnavailableError
 *
 * @example
 * ```ts
 * import { finishQueueMessage } from '@cumulus/api/rule-functions';
 *
 * export const handler = finishQueueMessage;
 * ```
 */
export const finishQueueMessage: RuleFunction = lazily('finishQueueMessage');

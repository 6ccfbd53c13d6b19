import { isObject } from '@cumulus/dynamodb/aws';
import type { Rule } from '@cumulus/models/schemas';
import { executionIdOf } from '../workflows/execution-id.ts';
import { InvalidRuleEventError } from './errors.ts';
import type { RuleStarting } from './rule-starting.ts';

/**
 * Starts the workflow that a schedule's input names, as the API gives it, and earlier releases did. The message template is the
 * deployment's own, whatever template the input has.
 * @throws InvalidRuleEventError; as `startRule` of the workflows does
 */
export async function startScheduledWorkflow(
  input: unknown,
  requestId: string,
  { workflows, log }: Pick<RuleStarting, 'workflows' | 'log'>,
): Promise<void> {
  const event: Partial<ScheduleInput> = isObject(input) ? input : {};
  const workflow = workflowOf(event);
  const { provider, collection, queueName, queueUrl, executionNamePrefix, payload = {}, asyncOperationId } = event;
  const rule = {
    ...{ workflow, meta: event.meta ?? {}, payload },
    ...(provider ? { provider } : {}),
    ...(collection ? { collection } : {}),
    ...(queueName ? { queueName } : {}),
    ...(queueUrl ? { queueUrl } : {}),
    ...(executionNamePrefix ? { executionNamePrefix } : {}),
  };
  const cumulusMeta = { ...event.cumulus_meta, ...(asyncOperationId ? { asyncOperationId } : {}) };
  await workflows.startRule(rule, { executionId: executionIdOf(requestId), cumulusMeta });
  log.info('workflow started by its schedule', { workflow });
}

interface ScheduleInput
  extends Pick<Rule, 'provider' | 'meta' | 'payload' | 'queueName' | 'queueUrl' | 'executionNamePrefix'> {
  readonly definition: { readonly name?: unknown };
  /** The earliest releases gave the address of the workflow's file in S3. */
  readonly template: unknown;
  readonly collection: Rule['collection'] | undefined;
  readonly cumulus_meta: object | undefined;
  readonly asyncOperationId: string | undefined;
}

function workflowOf({ definition, template }: Partial<ScheduleInput>): string {
  const name =
    definition?.name ?? /\/workflows\/([^/]+)\.json$/.exec(typeof template === 'string' ? template : '')?.[1];
  if (typeof name === 'string' && name !== '') return name;
  throw new InvalidRuleEventError(
    'The input of the schedule names no workflow in definition.name. Nothing was started.',
  );
}

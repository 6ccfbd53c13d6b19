import * as z from 'zod';
import { createdAt, freeObject, hashKey, meta, rangeKey, tags, text, updatedAt } from './fields.ts';
import { defineRecordType, type RecordType } from './record-type.ts';
import { TRIGGER_TYPES, violationsOfTrigger } from './rule-trigger.ts';
import type { NewRecordOf, RecordOf } from './schema-types.ts';

function keptBySystem(description: string) {
  return z.string().meta({ description, readOnly: true }).optional();
}

const ruleSchema = z
  .strictObject({
    name: hashKey.regex(/^\w*$/, 'must have letters, digits and _ only').describe('The name of the rule.'),
    workflow: text.describe('The name of the workflow that the rule starts.'),
    provider: hashKey.describe('The id of the provider that the workflow is to use.').optional(),
    collection: z
      .strictObject({ name: hashKey, version: rangeKey })
      .describe('The collection that the workflow is to work on.'),
    rule: z
      .strictObject({
        type: z.enum(TRIGGER_TYPES).describe('What starts the workflow.'),
        value: z
          .string()
          .describe('By type: a schedule (rate or cron), the ARN of a stream or topic, the URL or ARN of a queue.')
          .optional(),
        arn: keptBySystem('What AWS calls that which starts the workflow. Kept by the system.'),
        logEventArn: keptBySystem('The same for what records the events. Kept by the system.'),
      })
      .describe('What starts the workflow, and when.'),
    state: z.enum(['ENABLED', 'DISABLED']).describe('Whether the rule starts anything.').default('ENABLED'),
    meta: meta.optional(),
    payload: freeObject
      .describe('The payload that the workflow is started with; onetime and scheduled rules only.')
      .optional(),
    queueName: text.describe('The queue, among those of the deployment, that executions are started from.').optional(),
    queueUrl: text
      .describe('The URL of the queue that executions are started from; takes precedence over queueName.')
      .optional(),
    executionNamePrefix: z
      .string()
      .regex(/^[\w.-]{1,43}$/, 'must have 1 to 43 letters, digits, ., _ and - only')
      .describe('What the names of the executions begin with.')
      .optional(),
    tags: tags.optional(),
    createdAt,
    updatedAt,
  })
  .meta({ title: 'Rule', description: 'When a workflow is started, and on what.' });

export type Rule = RecordOf<typeof ruleSchema>;
export type NewRule = NewRecordOf<typeof ruleSchema>;

export const ruleType: RecordType<Rule, 'name'> = defineRecordType({
  name: 'rule',
  table: 'RulesTable',
  key: ['name'],
  schema: ruleSchema,
  rules: violationsOfTrigger,
});

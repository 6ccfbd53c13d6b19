import * as z from 'zod';
import {
  collectionId,
  createdAt,
  error,
  executionUrl,
  freeObject,
  hashKey,
  rangeKey,
  redriveCount,
  seconds,
  timestamp,
  updatedAt,
} from './fields.ts';
import { defineRecordType, type RecordType } from './record-type.ts';
import type { NewRecordOf, RecordOf } from './schema-types.ts';
import { EXECUTION_STATUSES } from './statuses.ts';

/** A message's payload. Most are objects; some workflows give a list on. */
const payload = z.union([freeObject, z.array(z.unknown())], 'must be an object or a list');

export const executionSchema = z
  .strictObject({
    arn: hashKey.regex(/^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/, 'must be an ARN').describe('The ARN of the execution.'),
    name: rangeKey.describe("The execution's name, the last part of its ARN."),
    status: z.enum(EXECUTION_STATUSES).describe('How far the execution is.'),
    execution: executionUrl.optional(),
    error: error.optional(),
    tasks: freeObject.describe('The tasks of the workflow: name, version and ARN of each.').optional(),
    type: hashKey.describe('The name of the workflow.').optional(),
    originalPayload: payload.describe('The payload that the execution began with.').optional(),
    finalPayload: payload.describe('The payload that the execution ended with.').optional(),
    collectionId: collectionId.optional(),
    duration: seconds.describe('How long the execution took, in seconds; 0 while it is running.').optional(),
    parentArn: hashKey.describe('The ARN of the execution that started this one.').optional(),
    asyncOperationId: hashKey.describe('The id of the async operation that started this execution.').optional(),
    redriveCount: redriveCount.optional(),
    timestamp: timestamp.optional(),
    createdAt,
    updatedAt: updatedAt.optional(),
  })
  .meta({ title: 'Execution', description: 'A run of a workflow.' });

export type Execution = RecordOf<typeof executionSchema>;
export type NewExecution = NewRecordOf<typeof executionSchema>;

export const executionType: RecordType<Execution, 'arn'> = defineRecordType({
  name: 'execution',
  table: 'ExecutionsTable',
  key: ['arn'],
  schema: executionSchema,
});

import * as z from 'zod';
import { createdAt, hashKey, text, updatedAt } from './fields.ts';
import { defineRecordType, type RecordType } from './record-type.ts';
import type { NewRecordOf, RecordOf } from './schema-types.ts';

const asyncOperationSchema = z
  .strictObject({
    id: hashKey.describe('A UUID, given when the operation is started.'),
    status: z.enum(['RUNNING', 'SUCCEEDED', 'RUNNER_FAILED', 'TASK_FAILED']).describe('How far the operation is.'),
    description: z.string().describe('What the operation does, for people.'),
    operationType: z
      .enum(['ES Index', 'Bulk Granules', 'Bulk Delete', 'Kinesis Replay', 'Reconciliation Report'])
      .describe('What kind of operation it is.'),
    output: z.string().describe('What the operation answered, as JSON text.').optional(),
    taskArn: text.describe('The ARN of the ECS task that runs it.').optional(),
    createdAt,
    updatedAt,
  })
  .meta({ title: 'Async operation', description: 'A long operation that the API started.' });

export type AsyncOperation = RecordOf<typeof asyncOperationSchema>;
export type NewAsyncOperation = NewRecordOf<typeof asyncOperationSchema>;

export const asyncOperationType: RecordType<AsyncOperation, 'id'> = defineRecordType({
  name: 'asyncOperation',
  table: 'AsyncOperationsTable',
  key: ['id'],
  schema: asyncOperationSchema,
});

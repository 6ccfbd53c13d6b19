import { isObject } from '@cumulus/dynamodb/aws';
import type { PayloadPlace } from '../payloads/payload-place.ts';
import { type LargePayload, withPointers } from '../payloads/pointer.ts';
import type { Execution } from '../schemas/execution.ts';
import type { CumulusMessage } from './cumulus-message.ts';
import { fitting, type LargeField } from './fitting.ts';
import { leftOut, type MessageProblem } from './problems.ts';
import { storable } from './storable.ts';
import { secondsBetween, type WorkflowFacts, withoutAbsent } from './workflow-facts.ts';

/** The execution that a message belongs to. */
export interface ExecutionRecord {
  readonly execution: Execution;
  /** What had to be left out of it. */
  readonly problems: readonly MessageProblem[];
  /** What it points to in S3. */
  readonly payloads: readonly LargePayload[];
}

const LARGE_FIELDS: readonly LargeField<Execution>[] = [
  { field: 'originalPayload', path: 'payload' },
  { field: 'finalPayload', path: 'payload' },
  { field: 'error', path: 'exception' },
  { field: 'tasks', path: 'meta.workflow_tasks' },
];

/** @param place where fields that are too large go; without one they are left out if the record is too large */
export function executionRecordOf(
  message: CumulusMessage,
  facts: WorkflowFacts,
  place: PayloadPlace | undefined,
): ExecutionRecord {
  const { status, startTime, stopTime, time } = facts;
  const problems: MessageProblem[] = [];
  const payload = payloadOf(message.payload);
  const tasks = storable(facts.tasks);
  if (payload === undefined && message.payload !== undefined && message.payload !== null) {
    problems.push(leftOut('execution', 'payload', 'is neither an object nor a list'));
  }
  const whole = withoutAbsent<Execution>({
    name: facts.name,
    arn: facts.arn,
    parentArn: facts.parentArn,
    asyncOperationId: facts.asyncOperationId,
    execution: facts.executionUrl,
    tasks: isObject(tasks) ? tasks : undefined,
    error: facts.error,
    type: facts.workflowName,
    collectionId: facts.collectionId,
    status,
    originalPayload: status === 'running' ? payload : undefined,
    finalPayload: status === 'running' ? undefined : payload,
    redriveCount: facts.redriveCount,
    duration: status === 'running' || stopTime === undefined ? 0 : secondsBetween(startTime, stopTime),
    timestamp: time,
    createdAt: startTime,
    updatedAt: time,
  });
  const { record, payloads } = withPointers(whole, ['originalPayload', 'finalPayload', 'tasks'], place);
  const fitted = fitting('execution', record, LARGE_FIELDS);
  return { execution: fitted.record, problems: [...problems, ...fitted.problems], payloads };
}

function payloadOf(value: unknown): Execution['finalPayload'] {
  const payload = storable(value ?? undefined);
  return isObject(payload) || Array.isArray(payload) ? payload : undefined;
}

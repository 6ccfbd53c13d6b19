import type { PayloadPlace } from '../payloads/payload-place.ts';
import { type LargePayload, withPointers } from '../payloads/pointer.ts';
import type { Execution } from '../schemas/execution.ts';
import type { FileRecord } from '../schemas/file.ts';
import type { Granule } from '../schemas/granule.ts';
import type { Pdr } from '../schemas/pdr.ts';
import type { CumulusMessage } from './cumulus-message.ts';
import { executionRecordOf } from './execution-record.ts';
import { granuleRecordsOf } from './granule-records.ts';
import { optionalFactsOf } from './optional-facts.ts';
import { pdrRecordOf } from './pdr-record.ts';
import type { MessageProblem } from './problems.ts';
import { type EventFacts, workflowFacts } from './workflow-facts.ts';

/** The records of one message. Every record fits its schema, and DynamoDB's limits. */
export interface MessageRecords {
  readonly execution: Execution;
  /** In the order of the message, each id once. */
  readonly granules: readonly Granule[];
  /** Undefined if the message has none. */
  readonly pdr?: Pdr | undefined;
  /** The files of all granules that have a place in S3, each bucket and key once. */
  readonly files: readonly FileRecord[];
  /** What the records point to in S3; see `putPayloads`. None without a place for it. */
  readonly payloads: readonly LargePayload[];
  /** What could not be recorded; empty for a message in order. */
  readonly problems: readonly MessageProblem[];
}

/**
 * The records of a message, as they stand at an event's time. The same message and event always give the
 * same records: nothing else goes into them. Throws nothing; what is wrong within the payload is among the problems.
 *
 * @example
 * ```ts
 * import { recordsOfMessage, withExecutionState } from '@cumulus/models/messages';
 *
 * declare const input: string;
 * const message = withExecutionState(JSON.parse(input), { status: 'running', startTime: 1_500_000_000_000 });
 * const { granules, problems } = recordsOfMessage(message, { time: 1_500_000_001_000 });
 * ```
 */
export function recordsOfMessage(message: CumulusMessage, event: EventFacts, place?: PayloadPlace): MessageRecords {
  // The error is the granules' too.
  const optional = optionalFactsOf(message);
  const whole = workflowFacts(message, optional.facts, event);
  const { record: facts, payloads: errors } = withPointers(whole, ['error'], place);
  const { execution, problems, payloads } = executionRecordOf(message, facts, place);
  const { pdr, problem } = pdrRecordOf(message, facts);
  const ofGranules = granuleRecordsOf(message, facts);
  return {
    execution,
    granules: ofGranules.granules,
    pdr,
    files: ofGranules.files,
    payloads: [...errors, ...payloads],
    problems: [...optional.problems, ...problems, ...(problem ? [problem] : []), ...ofGranules.problems],
  };
}

import { RecordOfAnotherError } from '../errors.ts';
import type { MessageRecords } from '../messages/message-records.ts';
import type { MessageProblem } from '../messages/problems.ts';
import type { FileRecord } from '../schemas/file.ts';
import { recordExecution } from './record-execution.ts';
import { type GranulesRecorded, recordGranules } from './record-granules.ts';
import { recordPdr } from './record-pdr.ts';
import type { Recorded, RecordingTarget } from './recording-target.ts';

/** The outcome of recording a message. */
export interface MessageRecorded {
  readonly execution: Recorded;
  readonly granules: GranulesRecorded;
  /** Undefined if the message has none, or one that could not be recorded. */
  readonly pdr: Recorded | undefined;
  /** What of the message could not be recorded, or only in part; empty for a message in order. */
  readonly problems: readonly MessageProblem[];
  /** Why the PDR could not be recorded. */
  readonly pdrFailure: RecordOfAnotherError | undefined;
}

/**
 * Writes the records of a message: the execution, its granules with their files, and its PDR.
 *
 * It can be called for the events of any workflows in any order, any number of times, and by many at once: the tables
 * end the same. Which of two events counts is decided by `precedence` from the records themselves, so that
 * only they have to be kept. If a call was cut off, repeat it.
 *
 * @returns also what DynamoDB refused, and what belongs to another collection or provider; all else is written
 * @throws CumulusError if DynamoDB cannot be asked or has no capacity: then the call has to be made again
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { type CumulusMessage, recordsOfMessage } from '@cumulus/models/messages';
 * import { recordMessage } from '@cumulus/models/recording';
 *
 * declare const message: CumulusMessage;
 * const target = { client: createClient(), tableName: (name: string) => `prod-${name}` };
 * const { granules } = await recordMessage(target, recordsOfMessage(message, { time: Date.now() }));
 * for (const { granuleId, error } of granules.failed) console.error(granuleId, error.message);
 * ```
 */
export async function recordMessage(target: RecordingTarget, records: MessageRecords): Promise<MessageRecorded> {
  const filesOf = new Map<string, FileRecord[]>();
  for (const file of records.files) {
    const files = filesOf.get(file.granuleId);
    if (files === undefined) filesOf.set(file.granuleId, [file]);
    else files.push(file);
  }
  const granules = records.granules.map((granule) => ({ granule, files: filesOf.get(granule.granuleId) ?? [] }));
  const recording = [
    recordExecution(target, records.execution),
    recordGranules(target, granules),
    records.pdr === undefined ? undefined : recordPdr(target, records.pdr).catch(ofAnother),
  ] as const;
  // If one fails, the others are waited for.
  await Promise.allSettled(recording);
  const [execution, granulesRecorded, pdr] = await Promise.all(recording);
  const [recorded, pdrFailure] = pdr instanceof RecordOfAnotherError ? [undefined, pdr] : [pdr, undefined];
  return { execution, granules: granulesRecorded, pdr: recorded, pdrFailure, problems: records.problems };
}

function ofAnother(error: unknown): RecordOfAnotherError {
  if (error instanceof RecordOfAnotherError) return error;
  throw error;
}

import { RecordOfAnotherError } from '../errors.ts';
import type { MessageRecords } from '../messages/message-records.ts';
import type { FileRecord } from '../schemas/file.ts';
import { recordExecution } from './execution.ts';
import { type GranulesRecorded, recordGranules } from './granules.ts';
import { recordPdr } from './pdr.ts';
import type { Recorded, RecordingTarget } from './target.ts';

/** What became of the records of a message. */
export interface MessageRecorded {
  readonly execution: Recorded;
  readonly granules: GranulesRecorded;
  /** Undefined where the message tells of none, or of one that could not be recorded. */
  readonly pdr: Recorded | undefined;
  /** Why the PDR could not be recorded. */
  readonly pdrFailure: RecordOfAnotherError | undefined;
}

/**
 * Writes the records that a message tells of: the execution, its granules with their files, and its PDR.
 *
 * It can be called for the events of any workflows in any order, any number of times, and by many at once: the tables
 * end the same. Which of two events counts is said in `precedence`; it is told by the records themselves, so that
 * nothing but them has to be kept. A call that was cut off is made good by making it again.
 *
 * @returns also what DynamoDB refused, and what another collection or provider has; all else is written all the same
 * @throws CumulusError if DynamoDB cannot be asked or has no capacity: then the call has to be made again
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
  // None is left behind at work when another fails.
  await Promise.allSettled(recording);
  const [execution, granulesRecorded, pdr] = await Promise.all(recording);
  const [recorded, pdrFailure] = pdr instanceof RecordOfAnotherError ? [undefined, pdr] : [pdr, undefined];
  return { execution, granules: granulesRecorded, pdr: recorded, pdrFailure };
}

function ofAnother(error: unknown): RecordOfAnotherError {
  if (error instanceof RecordOfAnotherError) return error;
  throw error;
}

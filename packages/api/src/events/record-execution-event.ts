import { type MessageRecords, recordsOfMessage } from '@cumulus/models/messages';
import { type PayloadPlace, putPayloads } from '@cumulus/models/payloads';
import { type MessageRecorded, type RecordingTarget, recordMessage } from '@cumulus/models/recording';
import type { Log } from '../logging/log.ts';
import { PartlyRecordedError } from './errors.ts';
import { type MessageSources, messageOfEvent } from './event-message.ts';
import { parseExecutionEvent } from './execution-event.ts';

/** What events are recorded with. */
export interface EventRecording {
  readonly target: RecordingTarget;
  readonly sources: MessageSources;
  /** Where what is too large for a record is put. */
  readonly payloadPlace: PayloadPlace;
  readonly log: Log;
}

/** What an event tells. */
export interface EventRecords {
  readonly executionArn: string;
  readonly records: MessageRecords;
}

/**
 * Makes records of what an event tells: the execution, its granules, their files, and its PDR. Writes nothing.
 * @param event as EventBridge delivers it
 * @throws InvalidEventError, InvalidMessageError, MessageUnavailableError: trying again will not do; RemoteMessageError,
 *   ServiceUnavailableError: it may do
 */
export async function recordsOfEvent(
  event: unknown,
  { sources, payloadPlace }: Pick<EventRecording, 'sources' | 'payloadPlace'>,
): Promise<EventRecords> {
  const parsed = parseExecutionEvent(event);
  const message = await messageOfEvent(parsed, sources);
  const { time, redriveCount, executionArn } = parsed;
  return { executionArn, records: recordsOfMessage(message, { time, redriveCount, executionArn }, payloadPlace) };
}

/**
 * Records what an event tells, see {@link recordsOfEvent}. In any order and any number of times the tables end the same; see
 * `recordMessage`.
 * @throws as above; PartlyRecordedError when all else has been recorded; CumulusError of a database or an S3 that does not
 *   answer: trying again may do
 */
export async function recordExecutionEvent(event: unknown, recording: EventRecording): Promise<MessageRecorded> {
  const { target, sources, log } = recording;
  const { executionArn, records } = await recordsOfEvent(event, recording);
  if (records.payloads.length > 0) await putPayloads(await sources.s3(), records.payloads);
  const recorded = await recordMessage(target, records);
  tell(log, records, recorded);
  const unrecorded = [...lostOf(records), ...refusedOf(recorded)];
  if (unrecorded.length > 0) throw new PartlyRecordedError(executionArn, unrecorded);
  return recorded;
}

/** Granules that a line names: thousands would be more than a line of CloudWatch holds. */
const GRANULES_TOLD = 1_000;

function tell(log: Log, records: MessageRecords, recorded: MessageRecorded): void {
  const fields = {
    executions: records.execution.name,
    granules: JSON.stringify(records.granules.slice(0, GRANULES_TOLD).map(({ granuleId }) => granuleId)),
  };
  const { execution, granules, pdr, pdrFailure } = recorded;
  log.info('event recorded', {
    ...fields,
    executionArn: records.execution.arn,
    status: records.execution.status,
    outcome: {
      execution,
      granules: { written: granules.written.length, superseded: granules.superseded.length },
      ...(pdr === undefined ? {} : { pdr }),
    },
  });
  for (const { record, path, reason } of records.problems) log.warn(`${path} ${reason}`, { ...fields, record });
  for (const { granuleId, error } of granules.failed)
    log.error('granule not recorded', { ...fields, granules: JSON.stringify([granuleId]), error });
  if (pdrFailure !== undefined) log.error('PDR not recorded', { ...fields, error: pdrFailure });
}

/** What of an event no record can be made of. */
export function lostOf({ problems }: MessageRecords): readonly string[] {
  return problems
    .filter(({ isPartial }) => isPartial !== true)
    .map(({ path, granuleId, reason }) => `${path}${granuleId === undefined ? '' : ` (${granuleId})`} ${reason}`);
}

/** What DynamoDB did not take, and what another collection or provider has. */
function refusedOf({ granules, pdrFailure }: MessageRecorded): readonly string[] {
  const ofGranules = granules.failed.map(({ granuleId, error }) => `granule ${granuleId}: ${error.message}`);
  return [...ofGranules, ...(pdrFailure === undefined ? [] : [pdrFailure.message])];
}

import { type MessageRecords, recordsOfMessage } from '@cumulus/models/messages';
import { type PayloadPlace, putPayloads } from '@cumulus/models/payloads';
import { type MessageRecorded, type RecordingTarget, recordMessage } from '@cumulus/models/recording';
import { timesOfMessage } from '../cmr/times-of-message.ts';
import type { Log } from '../logging/log.ts';
import { PartlyRecordedError } from './errors.ts';
import { type MessageSources, messageOfEvent } from './event-message.ts';
import { parseExecutionEvent } from './execution-event.ts';

/** What events are recorded with. */
export interface EventRecording {
  readonly target: RecordingTarget;
  readonly sources: MessageSources;
  /** Where payloads go that are too large for a record. */
  readonly payloadPlace: PayloadPlace;
  readonly log: Log;
}

/** The records that an event becomes. */
export interface EventRecords {
  readonly executionArn: string;
  readonly records: MessageRecords;
}

/**
 * Makes an event's records: the execution, its granules, their files, and its PDR. Writes nothing.
 * @param event as EventBridge delivers it
 * @throws InvalidEventError, InvalidMessageError, MessageUnavailableError: trying again is useless; RemoteMessageError,
 *   ServiceUnavailableError: trying again may help
 */
export async function recordsOfEvent(
  event: unknown,
  { sources, payloadPlace }: Pick<EventRecording, 'sources' | 'payloadPlace'>,
): Promise<EventRecords> {
  const parsed = parseExecutionEvent(event);
  const message = await messageOfEvent(parsed, sources);
  const { granuleTimes, problems } = await timesOfMessage(message, sources);
  const { time, redriveCount, executionArn } = parsed;
  const records = recordsOfMessage(message, { time, redriveCount, executionArn, granuleTimes }, payloadPlace);
  return { executionArn, records: { ...records, problems: [...records.problems, ...problems] } };
}

/**
 * Records an event, see {@link recordsOfEvent}. Events may be recorded in any order and any number of times, with the same end; see
 * `recordMessage`.
 * @throws as above; PartlyRecordedError when all else has been recorded; CumulusError of DynamoDB or S3 that does not answer: trying
 *   again may help
 */
export async function recordExecutionEvent(event: unknown, recording: EventRecording): Promise<MessageRecorded> {
  const { target, sources, log } = recording;
  const { executionArn, records } = await recordsOfEvent(event, recording);
  if (records.payloads.length > 0) await putPayloads(await sources.s3(), records.payloads);
  const recorded = await recordMessage(target, records);
  logRecorded(log, records, recorded);
  const unrecorded = [...lostOf(records), ...refusedOf(recorded)];
  if (unrecorded.length > 0) throw new PartlyRecordedError(executionArn, unrecorded);
  return recorded;
}

/** The most granules that a line names: thousands do not fit into a line of CloudWatch. */
const MAX_GRANULES_LOGGED = 1_000;

function logRecorded(log: Log, records: MessageRecords, recorded: MessageRecorded): void {
  const fields = {
    executions: records.execution.name,
    granules: JSON.stringify(records.granules.slice(0, MAX_GRANULES_LOGGED).map(({ granuleId }) => granuleId)),
  };
  const { execution, granules, pdr, pdrFailure } = recorded;
  log.info('event recorded', {
    ...fields,
    executionArn: records.execution.arn,
    status: records.execution.status,
    outcome: {
      execution,
      granules: { written: granules.written.length, superseded: granules.superseded.length },
      pdr,
    },
  });
  for (const { record, path, reason } of records.problems) log.warn(`${path} ${reason}`, { ...fields, record });
  for (const { granuleId, error } of granules.failed)
    log.error('granule not recorded', { ...fields, granules: JSON.stringify([granuleId]), error });
  if (pdrFailure !== undefined) log.error('PDR not recorded', { ...fields, error: pdrFailure });
}

/** The parts of an event that cannot become records. */
export function lostOf({ problems }: MessageRecords): readonly string[] {
  return problems
    .filter(({ isPartial }) => isPartial !== true)
    .map(({ path, granuleId, reason }) => `${path}${granuleId === undefined ? '' : ` (${granuleId})`} ${reason}`);
}

/** Records that DynamoDB refused, or that belong to another collection or provider. */
function refusedOf({ granules, pdrFailure }: MessageRecorded): readonly string[] {
  const ofGranules = granules.failed.map(({ granuleId, error }) => `granule ${granuleId}: ${error.message}`);
  return [...ofGranules, ...(pdrFailure === undefined ? [] : [pdrFailure.message])];
}

import {
  type CumulusMessage,
  executionArnOf,
  type MessageRecorded,
  type MessageRecords,
  type RecordingTarget,
  recordMessage,
  recordsOfMessage,
} from '@cumulus/models';
import type { Log } from '../observation/log.ts';
import { PartlyRecordedError } from './errors.ts';
import { type MessageSources, messageOfEvent } from './event-message.ts';
import { parseExecutionEvent } from './execution-event.ts';

/** What events are recorded with. */
export interface EventRecording {
  readonly target: RecordingTarget;
  readonly sources: MessageSources;
  readonly log: Log;
}

/** What became of an event. */
export interface EventRecorded {
  readonly executionArn: string;
  readonly recorded: MessageRecorded;
}

/**
 * Records what an event tells: the execution, its granules, their files, and its PDR. In any order and any number of times the
 * tables end the same; see `recordMessage`.
 * @param event as EventBridge delivers it
 * @throws InvalidEventError, InvalidMessageError, MessageUnavailableError: recording it again will not do; PartlyRecordedError
 *   when all else has been recorded; RemoteMessageError, ServiceUnavailableError and MetadataError of a database that
 *   does not answer: recording it again may do
 */
export async function recordExecutionEvent(
  event: unknown,
  { target, sources, log }: EventRecording,
): Promise<EventRecorded> {
  const parsed = parseExecutionEvent(event);
  const message = await messageOfEvent(parsed, sources);
  const { time, redriveCount, executionArn } = parsed;
  const records = recordsOfMessage(message, { time, redriveCount });
  const recorded = await recordMessage(target, records);
  tell(log, message, records, recorded);
  const unrecorded = unrecordedOf(records, recorded);
  if (unrecorded.length > 0) throw new PartlyRecordedError(executionArn, unrecorded);
  return { executionArn, recorded };
}

function tell(log: Log, message: CumulusMessage, records: MessageRecords, recorded: MessageRecorded): void {
  const fields = {
    executions: message.cumulus_meta.execution_name,
    granules: JSON.stringify(records.granules.map(({ granuleId }) => granuleId)),
  };
  const { execution, granules, pdr } = recorded;
  log.info('event recorded', {
    ...fields,
    executionArn: executionArnOf(message),
    status: message.meta.status,
    outcome: {
      execution,
      granules: { written: granules.written.length, superseded: granules.superseded.length },
      ...(pdr === undefined ? {} : { pdr }),
    },
  });
  for (const { record, path, reason } of records.problems) log.warn(`${path} ${reason}`, { ...fields, record });
  for (const { granuleId, error } of granules.failed)
    log.error('granule not recorded', { ...fields, granules: JSON.stringify([granuleId]), error });
}

/** What of an event is in no table: what concerns a part of a record is a warning of the log only. */
function unrecordedOf({ problems }: MessageRecords, { granules }: MessageRecorded): readonly string[] {
  return [
    ...problems
      .filter(({ isPartial }) => isPartial !== true)
      .map(({ path, granuleId, reason }) => `${path}${granuleId === undefined ? '' : ` (${granuleId})`} ${reason}`),
    ...granules.failed.map(({ granuleId, error }) => `granule ${granuleId}: ${error.message}`),
  ];
}

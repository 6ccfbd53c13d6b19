import { formatS3Url, type S3Location, s3Objects } from '@cumulus/dynamodb/storage';
import type { Delivery } from './deliveries.ts';
import type { EventSettings } from './event-settings.ts';
import { keptText, placeOfEvent } from './kept-event.ts';
import { type EventRecording, recordExecutionEvent } from './record-execution-event.ts';

/** The reason that is kept with an event before it is tried. */
const NOT_ENDED = 'Recording it did not come to an end.';

/**
 * Tries an event that could not be recorded once more, and keeps it in S3 with the reason if that fails too. It is kept before it
 * is tried: an event that kills the process each time would be lost when the queue drops it.
 * @returns where it is kept; undefined where it has been recorded now
 * @throws StorageError, AccessDeniedError, ThrottledError and the like of S3: then it has to be delivered again
 */
export async function recordFailedEvent(
  { event, reason }: Delivery,
  settings: EventSettings,
  recording: EventRecording,
): Promise<S3Location | undefined> {
  const objects = await s3Objects(await recording.sources.s3());
  const place = placeOfEvent(event, settings);
  await objects.put(place, keptText(event, reason ?? NOT_ENDED));
  try {
    await recordExecutionEvent(event, recording);
  } catch (error) {
    const { name, message } = error as Error;
    // The earlier reason may be the one that explains it.
    const why = [`${name}: ${message}`, ...(reason === undefined ? [] : [`Before that: ${reason}`])].join('\n');
    await objects.put(place, keptText(event, why));
    recording.log.warn('event kept', { kept: formatS3Url(place), reason: why, error });
    return place;
  }
  await objects.remove(place);
  return undefined;
}

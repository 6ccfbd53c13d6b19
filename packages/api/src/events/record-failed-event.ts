import { formatS3Url, type S3Location, s3Objects } from '@cumulus/dynamodb/storage';
import type { Delivery } from './deliveries.ts';
import type { EventSettings } from './event-settings.ts';
import { keptText, placeOfEvent } from './kept-event.ts';
import { type EventRecording, recordExecutionEvent } from './record-execution-event.ts';

/** What is said of an event while nothing better is known. */
const NOT_ENDED = 'Recording it did not come to an end.';

/**
 * Deals with an event that could not be recorded: tries once more, and if that fails too keeps it in S3 with the reason. It is
 * kept before it is tried: what ends the process each time would else be lost when the queue forgets it.
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
    // What was said of it before may be what tells its cause.
    const why = [`${name}: ${message}`, ...(reason === undefined ? [] : [`Before that: ${reason}`])].join('\n');
    await objects.put(place, keptText(event, why));
    recording.log.warn('event kept', { kept: formatS3Url(place), reason: why, error });
    return place;
  }
  await objects.remove(place);
  return undefined;
}

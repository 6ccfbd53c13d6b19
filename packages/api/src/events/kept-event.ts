import { createHash } from 'node:crypto';
import { isObject } from '@cumulus/dynamodb/aws';
import type { S3Location } from '@cumulus/dynamodb/storage';
import type { EventSettings } from './event-settings.ts';
import { detailOf, nameOfExecution } from './event-text.ts';

/** An event that could not be recorded, as S3 keeps it. */
interface KeptEvent {
  /** When it was put there, as ISO 8601. */
  readonly keptAt: string;
  readonly reason: string;
  /** As it was delivered; a string if it is not JSON. */
  readonly event: unknown;
}

/**
 * Where an event is kept: under its day, with its execution and status. The place depends on the event alone, so that an event
 * that comes again is kept once.
 */
export function placeOfEvent(event: unknown, { stackName, systemBucket }: EventSettings): S3Location {
  const { executionArn, status } = detailOf(event);
  const [, day = 'without-time'] = /^(\d{4}-\d\d-\d\d)T/.exec(isObject(event) ? String(event['time']) : '') ?? [];
  const about = [nameOfExecution(String(executionArn ?? 'unknown')), String(status ?? 'unknown')];
  const hash = createHash('sha256').update(JSON.stringify(event)).digest('hex').slice(0, 16);
  return {
    bucket: systemBucket,
    key: `${stackName}/failed-events/${day}/${about.map(safeInKey).join('-')}-${hash}.json`,
  };
}

function safeInKey(text: string): string {
  return text.replace(/[^\w.-]/g, '_').slice(0, 100);
}

/** The text of an event as it is kept. */
export function keptText(event: unknown, reason: string): string {
  const kept: KeptEvent = { keptAt: new Date().toISOString(), reason, event };
  return `${JSON.stringify(kept, null, 2)}\n`;
}

/** The event in an object of S3: one that was kept, or an event by itself. */
export function eventIn(content: unknown): unknown {
  return isObject(content) && 'keptAt' in content && 'event' in content ? content['event'] : content;
}

import { INFO, levelNumber } from './levels.ts';
import type { FoundLogEvent, LogEvent } from './log-event.ts';

/**
 * An event as the API shows it, and as its filters see it. As in 1.18 a level is its number, and a line of text without one is
 * of level 30; a line of JSON without one has none.
 */
export function lineOf({ event, isText }: FoundLogEvent): LogEvent {
  const level = levelNumber(event['level']) ?? event['level'] ?? (isText ? INFO : undefined);
  return level === undefined ? event : { ...event, level };
}

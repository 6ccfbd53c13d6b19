import type { FilteredLogEvent } from '@aws-sdk/client-cloudwatch-logs';

/** An event: the fields of its JSON, or its text as `message`; and where and when it was logged. */
export interface LogEvent {
  /** By ISO 8601. */
  readonly timestamp: string;
  readonly message: unknown;
  readonly logGroup: string;
  readonly [field: string]: unknown;
}

/** An event with its identity in CloudWatch. */
export interface FoundLogEvent {
  readonly id: string;
  /** In milliseconds since 1970. */
  readonly time: number;
  readonly event: LogEvent;
}

/**
 * Reads an event of CloudWatch. A line of JSON becomes its fields; in other text the level is found where Lambda or a language's
 * runtime puts it.
 */
export function logEventOf(found: FilteredLogEvent, logGroup: string): FoundLogEvent {
  const { eventId: id = '', timestamp: time = 0, message = '' } = found;
  const where = { timestamp: new Date(time).toISOString(), logGroup };
  const fields = fieldsOf(message);
  if (fields !== undefined)
    return { id, time, event: { ...fields, ...where, message: fields['message'] ?? fields['msg'] ?? '' } };
  return { id, time, event: { level: levelOfText(message), ...where, message: message.trimEnd() } };
}

/** Orders events, the newest first; those of the same millisecond stay as they are. */
export function newestFirst(a: FoundLogEvent, b: FoundLogEvent): number {
  return b.time - a.time;
}

function fieldsOf(message: string): Readonly<Record<string, unknown>> | undefined {
  if (!message.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(message) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** Before a text Node.js has its time, the request and the level, with tabs between them; Python has `[ERROR]`. */
const LEVEL_OF_TEXT = /^(?:\S+\t\S+\t|\[)(TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL)[\t\]]/;

/** Lambda's lines about an invocation that it ended, which have no level. */
const ENDED_BY_LAMBDA = /\bTask timed out after |^RequestId: \S+ Error: /;

function levelOfText(message: string): string | undefined {
  return LEVEL_OF_TEXT.exec(message)?.[1] ?? (ENDED_BY_LAMBDA.test(message) ? 'ERROR' : undefined);
}

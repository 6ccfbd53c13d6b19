import type { FilteredLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import { parseObject } from '@cumulus/dynamodb/aws';

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
  /** Whether it was logged as text, not as JSON. */
  readonly isText: boolean;
}

/**
 * Reads an event of CloudWatch. A line of JSON becomes its fields, also behind what Lambda's runtime puts before it; in other text
 * the level is found where Lambda or a language's runtime puts it.
 */
export function logEventOf(found: FilteredLogEvent, logGroup: string): FoundLogEvent {
  const { eventId: id = '', timestamp: time = 0, message = '' } = found;
  const where = { timestamp: new Date(time).toISOString(), logGroup };
  const fields = fieldsOf(message);
  if (fields !== undefined) {
    const event = { ...fields, ...where, message: fields['message'] ?? fields['msg'] ?? '' };
    return { id, time, event, isText: false };
  }
  return { id, time, event: { level: levelOfText(message), ...where, message: message.trimEnd() }, isText: true };
}

/** Where an event stands among others. */
export interface LogPosition {
  /** In milliseconds since 1970. */
  readonly time: number;
  /** CloudWatch's id of it, and its log group. */
  readonly id: string;
  readonly logGroup: string;
}

export function positionOf({ time, id, event: { logGroup } }: FoundLogEvent): LogPosition {
  return { time, id, logGroup };
}

/** Orders events by time; those of the same millisecond by CloudWatch's ids, so that the order is always the same. */
export function comparePositions(a: LogPosition, b: LogPosition): number {
  return a.time - b.time || compareTexts(a.id, b.id) || compareTexts(a.logGroup, b.logGroup);
}

export function oldestFirst(a: FoundLogEvent, b: FoundLogEvent): number {
  return comparePositions(positionOf(a), positionOf(b));
}

export function newestFirst(a: FoundLogEvent, b: FoundLogEvent): number {
  return oldestFirst(b, a);
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** What Node.js and Python on Lambda put before a line: its time, the request's id, its level, with tabs between them. */
const BEFORE_JSON = /^(?:[^\t{]*\t){1,3}(?=\{)/;

const REQUEST_ID = /(?:^|\t)([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\t/;

function fieldsOf(message: string): Readonly<Record<string, unknown>> | undefined {
  const [before = ''] = BEFORE_JSON.exec(message) ?? [];
  const json = message.slice(before.length);
  if (!json.trimStart().startsWith('{') || isDeep(json)) return undefined;
  const fields = parseObject(json);
  const [, RequestId] = REQUEST_ID.exec(before) ?? [];
  return fields && { ...(RequestId === undefined ? {} : { RequestId }), ...fields };
}

/** The most brackets within each other: what walks through a line's fields does so by recursion. */
const MAX_DEPTH = 500;

/** Whether JSON has more open brackets than that. */
function isDeep(json: string): boolean {
  let depth = 0;
  for (const [token] of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"?|[[\]{}]/gs)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/** Before a text Node.js has its time, the request and the level, with tabs between them; Python has `[ERROR]`. */
const LEVEL_OF_TEXT = /^(?:\S+\t\S+\t|\[)(TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL)[\t\]]/;

/** Lambda's lines about an invocation that it ended, which have no level. */
const ENDED_BY_LAMBDA = /\bTask timed out after |^RequestId: \S+ Error: /;

function levelOfText(message: string): string | undefined {
  return LEVEL_OF_TEXT.exec(message)?.[1] ?? (ENDED_BY_LAMBDA.test(message) ? 'ERROR' : undefined);
}

import { isObject } from '@cumulus/dynamodb/aws';
import type { LogEvent } from '../../logs/log-event.ts';
import { shortName } from '../../logs/log-groups.ts';

/** Fields that a line has at its head, or that are the same in all lines of a function; `_aws` describes a metric. */
const NOT_AMONG_FIELDS = new Set([
  ...['timestamp', 'time', 'level', 'message', 'msg', 'logGroup'],
  ...['sender', 'version', 'stackName', '_aws'],
]);

/** The widest name of a level. */
const LEVEL_WIDTH = 5;

/**
 * An event in one line for a person: its time, level, function, message, and what else its JSON says.
 * @param groups the names of the deployment's log groups, whose beginning is left out
 */
export function eventLine(event: LogEvent, groups: readonly string[]): string {
  const { timestamp, level, message, logGroup } = event;
  const fields = Object.entries(event).filter(([name, value]) => !NOT_AMONG_FIELDS.has(name) && value !== null);
  return [
    timestamp,
    String(level ?? '')
      .toUpperCase()
      .padEnd(LEVEL_WIDTH),
    shortName(logGroup, groups),
    ...(message === '' ? [] : [typeof message === 'string' ? message : JSON.stringify(message)]),
    ...fields.map(([name, value]) => `${name}=${shownValue(value)}`),
  ]
    .map(inOneLine)
    .join(' ');
}

function shownValue(value: unknown): string {
  if (isObject(value) && typeof value['name'] === 'string' && typeof value['stack'] === 'string')
    return errorText(value);
  return typeof value === 'string' && !value.includes(' ') ? value : JSON.stringify(value);
}

/** An error and its causes, without their stacks. */
function errorText({ name, message, cause }: Readonly<Record<string, unknown>>): string {
  return `${name}: ${message}${isObject(cause) ? ` (caused by ${errorText(cause)})` : ''}`;
}

/** Other control characters are escaped where the line is printed. */
function inOneLine(text: string): string {
  return text.replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ');
}

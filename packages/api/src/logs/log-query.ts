import type { LogEvent } from './log-event.ts';

/** Which events, all of them of the deployment's functions. */
export interface LogQuery {
  /** The name of the execution that they are about. */
  readonly executionName?: string | undefined;
  /** Of this level alone: `error`, in capitals or not. */
  readonly level?: string | undefined;
  /** A text that the event has, in its JSON where it is JSON. */
  readonly text?: string | undefined;
  /** The first and the last time, in milliseconds since 1970; the last 24 hours until now unless given. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit: number;
}

/** The longest pattern that CloudWatch takes, in characters. */
const LONGEST_PATTERN = 1_024;

/** Texts that are safe between the quotes of a pattern. */
const QUOTABLE = /^[ -~]+$/;

/**
 * What CloudWatch is to look for, so that less comes back; undefined for everything. It leaves out what a pattern
 * cannot say, so that {@link matches} has the last word.
 */
export function filterPatternOf({ executionName, level, text }: LogQuery): string | undefined {
  const texts = [executionName, text].filter((term) => term !== undefined).filter(isQuotable);
  const pattern = texts.length > 0 ? texts.map(quoted).join(' ') : patternOfLevel(level);
  if (pattern === undefined || pattern.length <= LONGEST_PATTERN) return pattern;
  return texts.map(quoted).find((term) => term.length <= LONGEST_PATTERN);
}

/** The ways in which a level is written. CloudWatch takes no alternatives beside texts that an event must have. */
function patternOfLevel(level: string | undefined): string | undefined {
  if (level === undefined || !isQuotable(level)) return undefined;
  const lower = level.toLowerCase();
  const capitalized = lower.charAt(0).toUpperCase() + lower.slice(1);
  return [lower, level.toUpperCase(), capitalized].map((word) => `?${quoted(word)}`).join(' ');
}

function isQuotable(term: string): boolean {
  return QUOTABLE.test(term) && !/["\\]/.test(term);
}

function quoted(term: string): string {
  return `"${term}"`;
}

/** @param message the event as it was logged */
export function matches(event: LogEvent, message: string, { executionName, level, text }: LogQuery): boolean {
  const hasLevel = level === undefined || String(event['level']).toLowerCase() === level.toLowerCase();
  return hasLevel && message.includes(executionName ?? '') && message.includes(text ?? '');
}

import type { LogEvent } from './log-event.ts';

/** Which events, all of them of the deployment's functions. */
export interface LogFilter {
  /** The name of the execution that they are about. */
  readonly executionName?: string | undefined;
  /** Of these levels alone: `error`, in capitals or not. */
  readonly levels?: readonly string[] | undefined;
  /** A text that the event has, in its JSON where it is JSON. */
  readonly text?: string | undefined;
}

/** Which of these events. */
export interface LogQuery extends LogFilter {
  /** The first and the last time, in milliseconds since 1970; the last 24 hours until now unless given. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit: number;
}

/** The longest pattern that CloudWatch takes, in characters. */
const MAX_PATTERN = 1_024;

/** Texts that are safe between the quotes of a pattern. */
const QUOTABLE = /^[ -~]+$/;

/**
 * What CloudWatch is to look for, so that less comes back; undefined for everything. It leaves out what a pattern
 * cannot say, so that {@link matches} has the last word.
 */
export function filterPatternOf({ executionName, levels, text }: LogFilter): string | undefined {
  const texts = [executionName, text].filter((term) => term !== undefined).filter(isQuotable);
  const pattern = texts.length > 0 ? texts.map(quoted).join(' ') : patternOfLevels(levels);
  if (pattern === undefined || pattern.length <= MAX_PATTERN) return pattern;
  return texts.map(quoted).find((term) => term.length <= MAX_PATTERN);
}

/**
 * The ways in which levels are written. CloudWatch takes no alternatives beside texts that an event must have. What ended
 * for want of time is an error without a word of it.
 */
function patternOfLevels(levels: readonly string[] | undefined): string | undefined {
  if (levels === undefined || !levels.every(isQuotable)) return undefined;
  const words = levels.flatMap((level) => {
    const lower = level.toLowerCase();
    const capitalized = lower.charAt(0).toUpperCase() + lower.slice(1);
    return [lower, level.toUpperCase(), capitalized, ...(lower === 'error' ? ['Task timed out'] : [])];
  });
  return words.map((word) => `?${quoted(word)}`).join(' ');
}

function isQuotable(term: string): boolean {
  return QUOTABLE.test(term) && !/["\\]/.test(term);
}

function quoted(term: string): string {
  return `"${term}"`;
}

/** @param message the event as it was logged */
export function matches(event: LogEvent, message: string, { executionName, levels, text }: LogFilter): boolean {
  const level = String(event['level']).toLowerCase();
  const hasLevel = levels === undefined || levels.some((wanted) => wanted.toLowerCase() === level);
  return hasLevel && (executionName === undefined || names(message, executionName)) && message.includes(text ?? '');
}

/** Characters of executions' names, of which `run-1` is another than `run-10`. */
const OF_NAME = /[\w-]/;

function names(message: string, name: string): boolean {
  for (let start = message.indexOf(name); start !== -1; start = message.indexOf(name, start + 1)) {
    if (!OF_NAME.test(message.charAt(start - 1)) && !OF_NAME.test(message.charAt(start + name.length))) return true;
  }
  return false;
}

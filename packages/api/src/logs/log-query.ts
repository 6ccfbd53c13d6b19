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

/** The longest pattern that CloudWatch accepts, in characters. */
const MAX_PATTERN = 1_024;

/** Texts that are safe between the quotes of a pattern. */
const QUOTABLE = /^[ -~]+$/;

/**
 * The filter pattern for CloudWatch, so that less comes back; undefined for everything. It leaves out what a pattern cannot
 * express, so {@link matches} decides in the end.
 */
export function filterPatternOf({ executionName, levels, text }: LogFilter): string | undefined {
  const texts = [executionName, text].filter((term) => term !== undefined).filter(isQuotable);
  const pattern = texts.length > 0 ? texts.map(quoted).join(' ') : patternOfLevels(levels);
  if (pattern === undefined || pattern.length <= MAX_PATTERN) return pattern;
  return texts.map(quoted).find((term) => term.length <= MAX_PATTERN);
}

/**
 * Levels in all their spellings. CloudWatch accepts no alternatives beside required texts. Lambda's line about a timed-out
 * invocation has no level, and counts as an error.
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

/** Characters of executions' names: `run-1` is not in `run-10`. */
const NAME_CHARACTER = /[\w-]/;

function names(message: string, name: string): boolean {
  for (let start = message.indexOf(name); start !== -1; start = message.indexOf(name, start + 1)) {
    if (!NAME_CHARACTER.test(message.charAt(start - 1)) && !NAME_CHARACTER.test(message.charAt(start + name.length)))
      return true;
  }
  return false;
}

import { passes, type RecordFilter } from '@cumulus/models';
import { levelNumber } from './levels.ts';
import type { FoundLogEvent } from './log-event.ts';
import { lineOf } from './log-line.ts';

/** Which events, all of them of one deployment. */
export interface LogFilter {
  /** The name of the execution that they are about. */
  readonly executionName?: string | undefined;
  /** Of these levels alone: `error`, in capitals or not. */
  readonly levels?: readonly string[] | undefined;
  /** A text that the event has, in its JSON where it is JSON. */
  readonly text?: string | undefined;
  /** All of which the event passes, as the API shows it. */
  readonly filters?: readonly RecordFilter[] | undefined;
}

/** Whether an event is wanted. @param message the event as it was logged */
export function matches(
  found: FoundLogEvent,
  message: string,
  { executionName, levels, text, filters }: LogFilter,
): boolean {
  return (
    (levels === undefined || levels.some((level) => levelNumber(level) === levelNumber(found.event['level']))) &&
    (executionName === undefined || names(message, executionName)) &&
    message.includes(text ?? '') &&
    (filters === undefined || filters.length === 0 || passesAll(found, filters))
  );
}

function passesAll(found: FoundLogEvent, filters: readonly RecordFilter[]): boolean {
  const line = lineOf(found);
  return filters.every((filter) => passes(line, filter));
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

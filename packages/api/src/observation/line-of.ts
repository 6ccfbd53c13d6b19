import { VERSION } from '../version.ts';
import { errorFields } from './error-fields.ts';
import type { LogFields, LogSource } from './log.ts';

/** What a line says besides its level and its time. */
export interface Line {
  readonly message: string;
  readonly [field: string]: unknown;
}

/** What is in each line already, and what Powertools takes from nobody: no field may have these names. */
const TAKEN = new Set([
  ...['level', 'time', 'message', 'sender', 'version', 'stackName'],
  ...['timestamp', 'service', 'sampling_rate'],
]);

/** The same line for each way of writing it. */
export function lineOf(message: string, { error, ...fields }: LogFields, { sender, stackName }: LogSource): Line {
  const said = Object.entries(fields).filter(
    ([name, value]) => !TAKEN.has(name) && value !== undefined && value !== null && value !== '',
  );
  return {
    message,
    sender,
    version: VERSION,
    stackName,
    ...Object.fromEntries(said),
    ...(error === undefined ? {} : { error: errorFields(error) }),
  };
}

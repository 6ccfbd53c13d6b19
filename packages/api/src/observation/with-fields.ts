import { type Log, type LogFields, logBy } from './log.ts';

/** A log whose lines all have these fields, unless they have their own. */
export function withFields(log: Log, common: LogFields): Log {
  return logBy((level, message, fields) => log[level](message, { ...common, ...fields }));
}

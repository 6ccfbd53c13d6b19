import { pino } from 'pino';
import { lineOf } from './line-of.ts';
import { type Log, type LogSource, logBy } from './log.ts';
import { logThreshold } from './log-threshold.ts';

/** A log for where there is no Lambda. @param destination a stream; standard output unless given */
export function pinoLog(source: LogSource, destination?: { write(line: string): void }): Log {
  const options = {
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (level: string) => ({ level }) },
    level: logThreshold(process.env) ?? 'info',
  };
  const logger = destination === undefined ? pino(options) : pino(options, destination);
  return logBy((level, message, fields) => logger[level](lineOf(message, fields, source)));
}

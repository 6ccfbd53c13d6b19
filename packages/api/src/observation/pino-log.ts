import { pino } from 'pino';
import { VERSION } from '../version.ts';
import { errorFields } from './error-fields.ts';
import type { Log, LogFields, LogSource } from './log.ts';

/** A log for where there is no Lambda. @param destination a stream; standard output unless given */
export function pinoLog({ sender, stackName }: LogSource, destination?: { write(line: string): void }): Log {
  const options = {
    base: { sender, version: VERSION, stackName },
    messageKey: 'message',
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (level: string) => ({ level }) },
    level: process.env['LOG_LEVEL']?.toLowerCase() || 'info',
  };
  const logger = destination === undefined ? pino(options) : pino(options, destination);
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, { error, ...fields }: LogFields = {}): void =>
      logger[level]({ ...fields, ...(error === undefined ? {} : { error: errorFields(error) }) }, message);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

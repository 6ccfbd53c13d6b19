import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { lineOf } from './line-of.ts';
import { type Log, type LogSource, logBy } from './log.ts';
import { logThreshold } from './log-threshold.ts';

/** A log for Lambda, whose lines go to CloudWatch. */
export function powertoolsLog(source: LogSource): Log {
  const threshold = logThreshold(process.env);
  const logger = new Logger({
    logFormatter: new SameFields(),
    ...(threshold === undefined ? {} : { logLevel: threshold }),
  });
  return logBy((level, message, fields) => logger[level](lineOf(message, fields, source)));
}

/** A line as pino has it, in place of Powertools' own names. */
class SameFields extends LogFormatter {
  override formatAttributes({ logLevel, timestamp, message }: UnformattedAttributes, more: LogAttributes): LogItem {
    const attributes = { level: logLevel.toLowerCase(), time: timestamp.toISOString(), message };
    return new LogItem({ attributes }).addAttributes(more);
  }
}

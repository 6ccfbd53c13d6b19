import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { VERSION } from '../version.ts';
import { errorFields } from './error-fields.ts';
import type { Log, LogFields, LogSource } from './log.ts';

/** A log for Lambda, whose lines go to CloudWatch. */
export function powertoolsLog({ sender, stackName }: LogSource): Log {
  const logger = new Logger({
    logFormatter: new SameFields(),
    persistentKeys: { sender, version: VERSION, stackName },
  });
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, { error, ...fields }: LogFields = {}): void =>
      logger[level](message, { ...fields, ...(error === undefined ? {} : { error: errorFields(error) }) });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** The fields of {@link LogFields}, in place of Powertools' own names. */
class SameFields extends LogFormatter {
  override formatAttributes(
    { logLevel, timestamp, message, lambdaContext, xRayTraceId }: UnformattedAttributes,
    more: LogAttributes,
  ): LogItem {
    const attributes = {
      level: logLevel.toLowerCase(),
      time: timestamp.toISOString(),
      message,
      requestId: lambdaContext?.awsRequestId,
      xRayTraceId,
    };
    return new LogItem({ attributes }).addAttributes(more);
  }
}

import { LogFormatter, Logger, LogItem, LogLevel } from '@aws-lambda-powertools/logger';
import type { ConstructorOptions, LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { VERSION } from '../version.ts';
import { errorFields } from './error-fields.ts';
import { type Log, type LogFields, type LogSource, logBy } from './log.ts';

/** Names that no field may have: each line has them already, or Powertools uses them itself. */
const RESERVED = new Set([
  ...['level', 'time', 'message', 'sender', 'version', 'stackName'],
  ...['timestamp', 'service', 'sampling_rate'],
]);

/**
 * Creates the log of a function or a server. `POWERTOOLS_LOG_LEVEL`, or else `LOG_LEVEL`, sets its level, in capitals or not. An
 * unknown level counts as `info`: a function that answers is worth more than one that fails over its log.
 * @param write receives each line with its line break; standard output unless given
 */
export function createLog(
  { sender, stackName }: LogSource,
  write: (line: string) => void = (line) => void process.stdout.write(line),
): Log {
  // A class of its own for each `write`: Powertools may print from within its constructor, before any field is set.
  const LineLogger = class extends Logger {
    protected override printLog(_level: number, item: LogItem): void {
      item.prepareForPrint();
      write(`${JSON.stringify(item.getAttributes(), this.getJsonReplacer())}\n`);
    }
  };
  const logger = new LineLogger({ logFormatter: new Formatter(), ...levelSetting() });
  return logBy((level, message, { error, ...fields }) => {
    const own = Object.entries(fields).filter(([name]) => !RESERVED.has(name));
    logger[level]({
      message,
      sender,
      version: VERSION,
      stackName,
      ...(Object.fromEntries(own) as LogFields),
      error: error === undefined ? undefined : errorFields(error),
    });
  });
}

/** Powertools takes levels in capitals alone. Without a level it follows the function's logging configuration. */
function levelSetting(): Pick<ConstructorOptions, 'logLevel'> {
  const { POWERTOOLS_LOG_LEVEL, LOG_LEVEL } = process.env;
  const name = (POWERTOOLS_LOG_LEVEL || LOG_LEVEL)?.toUpperCase();
  return name ? { logLevel: Object.values(LogLevel).find((level) => level === name) ?? LogLevel.INFO } : {};
}

/** Names the fields as docs/reference/log-fields.md does. */
class Formatter extends LogFormatter {
  override formatAttributes({ logLevel, timestamp, message }: UnformattedAttributes, more: LogAttributes): LogItem {
    const attributes = { level: logLevel.toLowerCase(), time: timestamp.toISOString(), message };
    return new LogItem({ attributes }).addAttributes(more);
  }
}

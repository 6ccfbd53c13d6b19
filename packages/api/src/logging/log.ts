/** A line's severity. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** A line's fields besides its message; empty ones are left out. docs/reference/log-fields.md lists them. */
export interface LogFields {
  /** AWS's id of the invocation, or the id of an HTTP request. */
  readonly requestId?: string | undefined;
  /** The name of the execution that the line is about. */
  readonly executions?: string | undefined;
  /** The ids of the granules that the line is about, as JSON text, as Cumulus's tasks log them. */
  readonly granules?: string | undefined;
  /** What went wrong. Only its name, message and stack are logged, and those of its causes. */
  readonly error?: unknown;
  readonly [field: string]: unknown;
}

/** A structured log: each call writes one line of JSON. */
export type Log = Readonly<Record<LogLevel, (message: string, fields?: LogFields) => void>>;

/** Who logs. */
export interface LogSource {
  /** The part of the system: `@cumulus/api`, or the name of a function. */
  readonly sender: string;
  readonly stackName: string;
}

/** Makes a log out of one function that writes. */
export function logBy(write: (level: LogLevel, message: string, fields: LogFields) => void): Log {
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void =>
      write(level, message, fields);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** A log that adds these fields to each line, unless the line has its own. */
export function withFields(log: Log, common: LogFields): Log {
  return logBy((level, message, fields) => log[level](message, { ...common, ...fields }));
}

/** How grave a line is. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * What a line of the log says besides its message, in fields of their own, of which those that are empty are left out.
 * docs/logs.md lists them.
 */
export interface LogFields {
  /** AWS's identity of the invocation, or that of an HTTP request. */
  readonly requestId?: string | undefined;
  /** The name of the execution that it is about. */
  readonly executions?: string | undefined;
  /** The ids of the granules that it is about, as JSON text, as Cumulus's tasks log them. */
  readonly granules?: string | undefined;
  /** What went wrong. Only its name, message and stack are told, and those of the errors behind it. */
  readonly error?: unknown;
  readonly [field: string]: unknown;
}

/** The one log: a line of JSON for each call, with the same fields wherever it is written. */
export type Log = Readonly<Record<LogLevel, (message: string, fields?: LogFields) => void>>;

/** Who logs. */
export interface LogSource {
  /** The part of the system: `@cumulus/api`, or the name of a function. */
  readonly sender: string;
  readonly stackName: string;
}

/** A log that writes by one function. */
export function logBy(write: (level: LogLevel, message: string, fields: LogFields) => void): Log {
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void =>
      write(level, message, fields);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

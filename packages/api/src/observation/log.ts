/**
 * What a line of the log says besides its message, in fields of their own. docs/logs.md lists them.
 */
export interface LogFields {
  /** AWS's identity of the invocation, or that of an HTTP request. */
  readonly requestId?: string | undefined;
  /** The name of the execution that it is about. */
  readonly executions?: string | undefined;
  /** The ids of the granules that it is about, as JSON text, as Cumulus's tasks log them. */
  readonly granules?: string | undefined;
  /** What went wrong. */
  readonly error?: unknown;
  readonly [field: string]: unknown;
}

/** The one log: a line of JSON for each call, with the same fields wherever it is written. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Who logs. */
export interface LogSource {
  /** The part of the system: `@cumulus/api`, or the name of a function. */
  readonly sender: string;
  readonly stackName: string;
}

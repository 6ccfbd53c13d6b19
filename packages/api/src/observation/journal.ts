/** One request, as it is told to the log. */
export interface RequestLine {
  readonly requestId: string;
  readonly method: string;
  /** The pattern of the route, in which no value of a request is: `/granules/:granuleId`. */
  readonly route: string;
  readonly status: number;
  /** From its arrival to its answer, in milliseconds. */
  readonly latency: number;
  readonly userName?: string | undefined;
  /** What went wrong inside, for a 500 or 503. Never part of an answer. */
  readonly error?: unknown;
}

/** Whether an answer tells that something is wrong here, not with the request. */
export function isOurs(status: number): boolean {
  return status >= 500 && status !== 501;
}

/** Where requests are logged, one structured line each, with a metric of their latency. */
export interface Journal {
  request(line: RequestLine): void;
  /** An answer that had begun could not be ended. */
  brokenOff(requestId: string, error: unknown): void;
}

import type { Log } from './log.ts';

/** The sender of an API's lines. */
export const API_SENDER = '@cumulus/api';

/** One request, as it is logged. */
export interface RequestLine {
  readonly requestId: string;
  readonly method: string;
  /** The route's pattern, without any value of the request: `/granules/:granuleId`. */
  readonly route: string;
  readonly status: number;
  /** From the request's arrival to its answer, in milliseconds. */
  readonly latency: number;
  readonly userName?: string | undefined;
  /** The error behind a 500 or 503. Never part of an answer. */
  readonly error?: unknown;
}

/** Whether a status means that something is wrong here, not with the request. */
export function isServerError(status: number): boolean {
  return status >= 500 && status !== 501;
}

/** Where an API logs its requests. */
export interface RequestLog {
  request(line: RequestLine): void;
  /** A streamed answer failed after it had started. */
  brokenOff(requestId: string, error: unknown): void;
  /** Something that the operator should change, which belongs to no request. */
  warning(message: string): void;
}

/** A request log that writes a line for each request. @param measure also receives each request, for a metric */
export function createRequestLog(log: Log, measure: (line: RequestLine) => void = () => undefined): RequestLog {
  return {
    request(line) {
      log[isServerError(line.status) ? 'error' : 'info']('request', { ...line });
      measure(line);
    },
    brokenOff(requestId, error) {
      log.error('answer broken off', { requestId, error });
    },
    warning(message) {
      log.warn(message);
    },
  };
}

import type { Log } from './log.ts';

/** The sender of an API's lines. */
export const API_SENDER = '@cumulus/api';

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

/** Where an API tells of its requests. */
export interface Journal {
  request(line: RequestLine): void;
  /** An answer that had begun could not be ended. */
  brokenOff(requestId: string, error: unknown): void;
}

/** A journal that is a line of the log for each request. @param measure makes a metric of it besides */
export function createJournal(log: Log, measure: (line: RequestLine) => void = () => undefined): Journal {
  return {
    request(line) {
      log[isOurs(line.status) ? 'error' : 'info']('request', { ...line });
      measure(line);
    },
    brokenOff(requestId, error) {
      log.error('answer broken off', { requestId, error });
    },
  };
}

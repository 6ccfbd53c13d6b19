/**
 * Every error that a caller can act on. Each message is written for the person who reads it, and has up to three parts:
 * what went wrong with the name or number in question, what was left untouched, and what to do next.
 */
export class CumulusError extends Error {
  /**
   * @param problem what went wrong, with the name and number in question
   * @param advice what was left untouched and what to do next, a sentence each
   * @param cause the error behind this one, if any
   */
  constructor(problem: string, advice: readonly string[] = [], cause?: unknown) {
    super([problem, ...advice].join('\n  '), cause === undefined ? undefined : { cause });
    this.name = new.target.name;
  }
}

/** The work was stopped on request (an `AbortSignal`), before its end. What it had finished is kept for a resume. */
export class InterruptedError extends CumulusError {}

/** DynamoDB could not be asked at all: no credentials, or an endpoint that does not answer. */
export class ConnectionError extends CumulusError {}

/** The credentials in use may not do this. */
export class AccessDeniedError extends CumulusError {}

/** DynamoDB went on refusing requests for want of capacity, for longer than the work was willing to wait. */
export class ThrottledError extends CumulusError {}

/** DynamoDB refused a request for another reason than those above; its own words are in the message. */
export class RequestFailedError extends CumulusError {}

/** A table that has to exist does not. */
export class TableNotFoundError extends CumulusError {
  readonly table: string;

  constructor(table: string, where: string, advice: readonly string[] = [], cause?: unknown) {
    super(`Table ${table} does not exist in ${where}.`, advice, cause);
    this.table = table;
  }
}

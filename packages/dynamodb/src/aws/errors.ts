import type { Denial } from './denial.ts';

/** The same in each copy of this package: a bundle, such as the command, has a copy of its own. */
const IS_CUMULUS_ERROR = Symbol.for('@cumulus/dynamodb CumulusError');

/**
 * Every error that a caller can act on. Programs test `code`, people read the message. It has up to three parts: what went
 * wrong with the name or number in question, what was left untouched, and what to do next.
 *
 * @example
 * ```ts
 * import { createClient, CumulusError } from '@cumulus/dynamodb/aws';
 * import { describeTable } from '@cumulus/dynamodb/tables';
 *
 * try {
 *   await describeTable(createClient({ region: 'us-east-1' }), 'prod-GranulesTable');
 * } catch (error) {
 *   if (error instanceof CumulusError && error.code === 'TABLE_NOT_FOUND') console.log(error.problem);
 *   else throw error;
 * }
 * ```
 */
export abstract class CumulusError extends Error {
  /** Which error this is, the same in every release: `TABLE_NOT_FOUND`. docs/reference/errors.md lists all. */
  abstract readonly code: string;
  /** What went wrong, with the name and number in question. */
  readonly problem: string;
  /** What was left untouched and what to do next, a sentence each. */
  readonly advice: readonly string[];

  /**
   * @param problem what went wrong, with the name and number in question
   * @param advice what was left untouched and what to do next, a sentence each
   * @param cause the error behind this one, if any
   */
  constructor(problem: string, advice: readonly string[] = [], cause?: unknown) {
    super([problem, ...advice].join('\n  '), cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.problem = problem;
    this.advice = advice;
  }

  get [IS_CUMULUS_ERROR](): true {
    return true;
  }
}

// Errors of any copy of this class are of it. Its subclasses know those of their own copy only.
Object.defineProperty(CumulusError, Symbol.hasInstance, {
  value(this: unknown, thrown: unknown): boolean {
    if (this !== CumulusError) return Function.prototype[Symbol.hasInstance].call(this, thrown);
    return typeof thrown === 'object' && thrown !== null && IS_CUMULUS_ERROR in thrown;
  },
});

/** The work was stopped on request (an `AbortSignal`), before its end. What it had finished is kept for a resume. */
export class InterruptedError extends CumulusError {
  readonly code = 'INTERRUPTED';
  /** How a backup or restore is taken up again; undefined for other work. */
  readonly next: NextStep | undefined;

  constructor(problem: string, advice: readonly string[] = [], cause?: unknown, next?: NextStep) {
    super(problem, advice, cause);
    this.next = next;
  }
}

/** How work that stopped is taken up again: where it stopped, from the beginning, or so once a line of the file is mended. */
export type NextStep = 'continue' | 'start again' | 'mend the line';

/** A service of AWS could not be asked at all: its endpoint does not answer, or takes no request without credentials. */
export class ConnectionError extends CumulusError {
  readonly code: string = 'CONNECTION_FAILED';
}

/** There are no AWS credentials, or the service refuses those in use. */
export class CredentialsError extends ConnectionError {
  override readonly code = 'CREDENTIALS_REFUSED';
}

/** The credentials in use may not do this. */
export class AccessDeniedError extends CumulusError {
  readonly code = 'ACCESS_DENIED';
  /** Which policy denies it; undefined where AWS does not say. */
  readonly denial: Denial | undefined;

  constructor(problem: string, advice: readonly string[] = [], cause?: unknown, denial?: Denial | undefined) {
    super(problem, advice, cause);
    this.denial = denial;
  }
}

/** A service of AWS kept throttling requests for longer than the retry policy allows. */
export class ThrottledError extends CumulusError {
  readonly code = 'THROTTLED';
  /** The table whose capacity was exceeded; undefined where the service itself throttled. */
  readonly table: string | undefined;

  constructor(problem: string, advice: readonly string[] = [], cause?: unknown, table?: string) {
    super(problem, advice, cause);
    this.table = table;
  }
}

/** A service of AWS refused a request for another reason than those above; its own words are in the message. */
export class RequestFailedError extends CumulusError {
  readonly code = 'REQUEST_FAILED';
}

/** A table that has to exist does not. */
export class TableNotFoundError extends CumulusError {
  readonly code = 'TABLE_NOT_FOUND';
  readonly table: string;
  /** Whether the restore that was to write to it knows its key, and can create it. */
  readonly isCreatable: boolean;

  constructor(
    table: string,
    where: string,
    advice: readonly string[] = [],
    cause?: unknown,
    { isCreatable = false } = {},
  ) {
    super(`Table ${table} does not exist in ${where}.`, advice, cause);
    this.table = table;
    this.isCreatable = isCreatable;
  }
}

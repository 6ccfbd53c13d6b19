import { CumulusError } from '../aws/errors.ts';

/** The scratch tables of a rehearsal could not be named after this prefix. */
export class PrefixNotRehearsableError extends CumulusError {
  readonly code = 'PREFIX_NOT_REHEARSABLE';
}

/** Another rehearsal of the same deployment is under way. */
export class RehearsalRunningError extends CumulusError {
  readonly code = 'REHEARSAL_RUNNING';
  /** What the names of its tables begin with. */
  readonly scratchPrefix: string;

  constructor(scratchPrefix: string, problem: string, advice: readonly string[]) {
    super(problem, advice);
    this.scratchPrefix = scratchPrefix;
  }
}

/** The journal of a rehearsal is gone, or another process has taken it over, since it took this one for dead. */
export class RehearsalLostError extends CumulusError {
  readonly code = 'REHEARSAL_LOST';
}

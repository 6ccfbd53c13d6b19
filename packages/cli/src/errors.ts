import { CumulusError } from '@cumulus/dynamodb/aws';

/** Somebody was asked whether to go on, and said no. */
export class NotConfirmedError extends CumulusError {
  readonly code = 'NOT_CONFIRMED';

  /** @param untouched what was left as it is: `Nothing was deleted.` */
  constructor(untouched: string) {
    super('Not confirmed.', [untouched]);
  }
}

/** The table that is to be copied is empty, so that its copy would delete everything in the other. */
export class EmptySourceError extends CumulusError {
  readonly code = 'EMPTY_SOURCE';
}

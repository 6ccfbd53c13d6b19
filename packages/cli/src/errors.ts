import { CumulusError } from '@cumulus/dynamodb/aws';

/** Somebody was asked whether to go on, and said no. */
export class NotConfirmedError extends CumulusError {
  readonly code = 'NOT_CONFIRMED';

  /** @param untouched what was left as it is: `Nothing was deleted.` */
  constructor(untouched: string) {
    super('Not confirmed.', [untouched]);
  }
}

/** A table that is named by its ARN is not the one that there is under its name, but of another region or account. */
export class TableElsewhereError extends CumulusError {
  readonly code = 'TABLE_ELSEWHERE';

  constructor(arn: string, found: string) {
    super(`${arn} is not a table in the account and region in use. ${found}`, [
      'Nothing was read or changed.',
      'Use credentials of its account, or use the table’s name instead.',
    ]);
  }
}

/** The table that is to be copied is empty, so that its copy would delete everything in the other. */
export class EmptySourceError extends CumulusError {
  readonly code = 'EMPTY_SOURCE';
}

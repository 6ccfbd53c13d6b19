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
    super(`${arn} is not a table of the account and region that are asked. ${found}`, [
      'Nothing was read or changed.',
      'Take the credentials of its account, or name it by its name.',
    ]);
  }
}

/** The table that is to be copied is empty, so that its copy would delete everything in the other. */
export class EmptySourceError extends CumulusError {
  readonly code = 'EMPTY_SOURCE';
}

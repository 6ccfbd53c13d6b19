import { CumulusError } from '@cumulus/dynamodb/aws';

/** A table has no stream of new and old images, so that its counts cannot follow its changes. */
export class NoStreamError extends CumulusError {
  readonly code = 'NO_STREAM';
  readonly table: string;

  constructor(table: string) {
    super(`Table ${table} has no stream of new and old images.`, [
      'A recount can count its records, but the counts do not follow changes.',
      'Switch its stream on (NEW_AND_OLD_IMAGES), then recount.',
    ]);
    this.table = table;
  }
}

/** Another recount of these records is under way, or took over because this one had not shown itself for a minute. */
export class RecountInProgressError extends CumulusError {
  readonly code = 'RECOUNT_IN_PROGRESS';
}

/** The Lambda function's event source mapping lacks what counting needs. */
export class EventSourceError extends CumulusError {
  readonly code = 'EVENT_SOURCE_INVALID';
}

/** A recount took as long as streams keep changes, so that it cannot know all that were made meanwhile. */
export class RecountTooSlowError extends CumulusError {
  readonly code = 'RECOUNT_TOO_SLOW';
  constructor(table: string) {
    super(`The recount of table ${table} took longer than its stream keeps changes.`, [
      'The counts were left as they were.',
      'Run it again, nearer to the table or with more read capacity.',
    ]);
  }
}

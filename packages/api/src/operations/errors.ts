import { CumulusError } from '@cumulus/dynamodb/aws';

/** Another process has taken over an operation that this one was running, or its record was deleted. */
export class OperationLostError extends CumulusError {
  readonly code = 'OPERATION_LOST';
  constructor(id: string) {
    super(`The operation ${id} was taken over by another process, or deleted.`, [
      'This one has stopped working on it.',
    ]);
  }
}

/** An operation cannot be run here: its kind or its objects are not known, or a message of the queue names none. */
export class OperationUnknownError extends CumulusError {
  readonly code = 'OPERATION_UNKNOWN';
}

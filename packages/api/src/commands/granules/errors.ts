import { CumulusError } from '@cumulus/dynamodb/aws';

/** An operation was not run by this command: it has ended, does not exist, was not confirmed, or is being run by another process. */
export class OperationNotRunError extends CumulusError {
  readonly code = 'OPERATION_NOT_RUN';
}

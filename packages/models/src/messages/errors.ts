import { CumulusError } from '@cumulus/dynamodb/aws';
import type { Violation } from '../errors.ts';

/** A Cumulus message lacks what every record needs, or has it in another form. Nothing was recorded of it. */
export class InvalidMessageError extends CumulusError {
  readonly code = 'INVALID_MESSAGE';
  /** Everything that is wrong, with its path in the message: `cumulus_meta.execution_name`. */
  readonly violations: readonly Violation[];

  constructor(violations: readonly Violation[], cause?: unknown) {
    super(
      'The Cumulus message is not valid, and nothing was recorded of it:',
      violations.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)),
      cause,
    );
    this.violations = violations;
  }
}

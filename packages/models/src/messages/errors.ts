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

/** The part of a large message that lies in S3 could not be read, for now: another attempt may succeed. */
export class RemoteMessageError extends CumulusError {
  readonly code: string = 'REMOTE_MESSAGE_FAILED';
  readonly bucket: string;
  readonly key: string;

  constructor(
    bucket: string,
    key: string,
    problem: string,
    cause: unknown,
    advice = 'Look at the permissions and the network, and let the event come again.',
  ) {
    super(`s3://${bucket}/${key}, which holds a part of a Cumulus message, ${problem}.`, [advice], cause);
    this.bucket = bucket;
    this.key = key;
  }
}

/** The part of a large message that lies in S3 is not there, or no longer: another attempt will not find it either. */
export class RemoteMessageMissingError extends RemoteMessageError {
  override readonly code = 'REMOTE_MESSAGE_MISSING';
  constructor(bucket: string, key: string, cause: unknown) {
    super(
      bucket,
      key,
      'does not exist',
      cause,
      'Workflows write such objects to expire; the execution can only be run again.',
    );
  }
}

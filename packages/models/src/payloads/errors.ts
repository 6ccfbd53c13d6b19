import { CumulusError } from '@cumulus/dynamodb/aws';
import type { PayloadAddress } from './payload-place.ts';

/** What a record is to point to could not be written to S3, for now: another attempt may succeed. */
export class PayloadError extends CumulusError {
  readonly code = 'PAYLOAD_FAILED';
  readonly bucket: string;
  readonly key: string;

  constructor({ bucket, key }: PayloadAddress, cause: unknown) {
    const { name, message } = cause as Error;
    super(
      `s3://${bucket}/${key}, a part of an execution’s record, could not be written: ${name}: ${message}`,
      ['The record was not written.', 'Check the permissions and the network, and send the event again.'],
      cause,
    );
    this.bucket = bucket;
    this.key = key;
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
    advice = 'Check the permissions and the network, and send the event again.',
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
      'Workflows write such objects with an expiry. Run the execution again.',
    );
  }
}

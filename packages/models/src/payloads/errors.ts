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
      ['The record was not written.', 'Look at the permissions and the network, and let the event come again.'],
      cause,
    );
    this.bucket = bucket;
    this.key = key;
  }
}

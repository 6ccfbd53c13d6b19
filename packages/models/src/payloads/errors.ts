import { MetadataError } from '@cumulus/dynamodb';
import type { PayloadAddress } from './payload-place.ts';

/** A payload in S3 could not be written, read or deleted, for now: another attempt may succeed. */
export class PayloadError extends MetadataError {
  readonly bucket: string;
  readonly key: string;

  /** @param problem what could not be done, such as `could not be read` */
  constructor({ bucket, key }: PayloadAddress, problem: string, cause: unknown, advice: readonly string[]) {
    const { name, message } = cause as Error;
    super(`s3://${bucket}/${key}, a part of an execution’s record, ${problem}: ${name}: ${message}`, advice, cause);
    this.bucket = bucket;
    this.key = key;
  }
}

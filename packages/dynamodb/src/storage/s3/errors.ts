import { isNativeError } from 'node:util/types';
import { type AwsError, classifyAwsError } from '../../aws/classify-error.ts';
import { type AnyClient, placeOf } from '../../aws/client.ts';
import { adviceOnDenial, parseDenial } from '../../aws/denial.ts';
import { AccessDeniedError, CumulusError, ThrottledError } from '../../aws/errors.ts';
import { explainAwsError, firstLine } from '../../aws/explain-error.ts';
import { StorageError } from '../errors.ts';
import { formatS3Url, type S3Location } from './url.ts';

/** The request to S3 that failed. */
export interface S3Request {
  /** The IAM action that it needs, after `s3:`. */
  readonly action: string;
  readonly location: S3Location;
}

const ELSEWHERE = new Set(['PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException']);

/** What reading an archived object, and copying one, is refused by. */
const ARCHIVED = new Set(['InvalidObjectState', 'ObjectNotInActiveTierError']);

/** The actions that are about a bucket, not about an object in it. */
const OF_BUCKETS = new Set(['ListBucket', 'ListBucketMultipartUploads']);

/** The SDK's error of S3, which says more than others do. */
interface S3Error extends AwsError {
  /** The bucket's region, where the answer says it. */
  readonly Region?: string;
  /** That of an object that cannot be read. */
  readonly StorageClass?: string;
  readonly $response?: { readonly headers?: { readonly [name: string]: string } };
}

function statusOf(error: unknown): number | undefined {
  return isNativeError(error) ? (error as AwsError).$metadata?.httpStatusCode : undefined;
}

/** Whether S3 said that there is no such object. Its answer to a HEAD request is the same for a missing bucket. */
export function isMissing(error: unknown): boolean {
  return statusOf(error) === 404 && (error as Error).name !== 'NoSuchBucket';
}

/** Whether the object did not meet the request's condition. */
export function isUnmet(error: unknown): boolean {
  return statusOf(error) === 412 || (statusOf(error) === 409 && (error as Error).name === 'ConditionalRequestConflict');
}

/** Turns what the SDK threw into an error that says what to do; one of this package's comes back as it is. */
export async function explainS3Error(
  thrown: unknown,
  client: AnyClient,
  { action, location }: S3Request,
): Promise<unknown> {
  if (thrown instanceof CumulusError) return thrown;
  const error = Object(thrown) as S3Error;
  const what = `${action} of ${formatS3Url(location)}`;
  const service = `S3 in ${await placeOf(client).catch(() => 'the configured region')}`;
  const status = error.$metadata?.httpStatusCode;
  if (error.name === 'NoSuchBucket') {
    const advice = ['Check its name, and the credentials.'];
    return new StorageError(`There is no bucket ${location.bucket}.`, advice, error, { isBucketMissing: true });
  }
  if (ELSEWHERE.has(error.name) || status === 301) {
    const region = error.Region ?? error.$response?.headers?.['x-amz-bucket-region'];
    return new StorageError(
      `The bucket ${location.bucket} is ${region === undefined ? 'in another region' : `in the region ${region}`}, ` +
        `but the request went to ${service}.`,
      [],
      error,
      { isElsewhere: true },
    );
  }
  const kind = classifyAwsError(error);
  const whenThrottled = ['Wait a while, and try again.'];
  // A status alone: the answers to HEAD requests have no body that says more.
  if (status === 503) return new ThrottledError(`${service} kept throttling ${what}.`, whenThrottled, error);
  const whenDenied = adviceOnMissing(action, location);
  if (ARCHIVED.has(error.name)) return archived(location, error.StorageClass, error);
  if (status === 403 && kind !== 'credentials refused') {
    const said = error.message === '' || error.name === '403' ? '' : `: ${firstLine(error.message)}`;
    return new AccessDeniedError(
      `No permission for ${what}${said}`,
      adviceOnDenial(error.message, whenDenied),
      error,
      parseDenial(error.message),
    );
  }
  if (status === 404) return missing(location, error);
  return explainAwsError(thrown, { service, what, whenDenied, whenThrottled });
}

function adviceOnMissing(action: string, { bucket, key }: S3Location): readonly string[] {
  const resource = OF_BUCKETS.has(action) ? bucket : `${bucket}/${key}`;
  const allow = `Allow the IAM action s3:${action} on arn:aws:s3:::${resource}, and what its KMS key needs if it has one.`;
  if (action !== 'GetObject') return [allow];
  return [allow, 'Without s3:ListBucket on the bucket, S3 says the same of an object that does not exist.'];
}

/** The error of an object that has to be restored before it can be read or copied. */
export function archived(location: S3Location, storageClass = 'an archive', cause?: unknown): StorageError {
  const { bucket, key } = location;
  return new StorageError(
    `${formatS3Url(location)} is in the storage class ${storageClass}, which cannot be read directly.`,
    [
      'Nothing was changed.',
      `Restore it first, which takes minutes to days: aws s3api restore-object --bucket ${bucket} --key ${key} --restore-request Days=7`,
    ],
    cause,
  );
}

/** The error of an object that has to exist. */
export function missing(location: S3Location, cause?: unknown): StorageError {
  return new StorageError(
    `There is no ${formatS3Url(location)}.`,
    ['Check the bucket and the key: aws s3 ls shows what there is.'],
    cause,
  );
}

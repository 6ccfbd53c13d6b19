import { StorageError } from '../errors.ts';

/** An object in S3, or what the keys of several begin with. */
export interface S3Location {
  readonly bucket: string;
  /** Without a leading slash; empty for a whole bucket. */
  readonly key: string;
}

const SCHEME = 's3://';

/** Whether a place is named as one in S3; else it is a path on disk. */
export function isS3Url(location: string): boolean {
  return location.startsWith(SCHEME);
}

/**
 * Parses `s3://BUCKET/KEY`. Keys are taken as they are, nothing in them is an escape.
 * @throws StorageError if there is no bucket in it
 * @example
 * ```ts
 * import { parseS3Url } from '@cumulus/dynamodb/storage';
 *
 * parseS3Url('s3://my-backups/prod/T.json'); // { bucket: 'my-backups', key: 'prod/T.json' }
 * ```
 */
export function parseS3Url(url: string): S3Location {
  const [, bucket, key = ''] = /^s3:\/\/([a-z0-9][a-z0-9._-]{1,253}[a-z0-9])(?:\/(.*))?$/is.exec(url) ?? [];
  if (bucket === undefined) {
    throw new StorageError(`"${url}" is no URL of S3.`, ['Nothing was changed.', 'Name one as s3://BUCKET/PREFIX.']);
  }
  return { bucket, key };
}

/**
 * Formats a location as `s3://BUCKET/KEY`.
 * @example
 * ```ts
 * import { formatS3Url } from '@cumulus/dynamodb/storage';
 *
 * formatS3Url({ bucket: 'my-backups', key: 'prod/T.json' }); // 's3://my-backups/prod/T.json'
 * ```
 */
export function formatS3Url({ bucket, key }: S3Location): string {
  return `${SCHEME}${bucket}/${key}`;
}

/** The same bucket with another key. */
export function sibling({ bucket }: S3Location, key: string): S3Location {
  return { bucket, key };
}

/** A key as S3 encodes it in listings and inventories: like the values of a form, so that a space is a plus sign. */
export function decodeKey(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll('+', '%20'));
}

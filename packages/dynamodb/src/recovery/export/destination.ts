import { parseS3Url } from '../../storage/s3/url.ts';

/** Where an export goes, and as whose. */
export interface ExportDestination {
  readonly bucket: string;
  /** Without slashes at its ends; empty for none. */
  readonly prefix: string;
  /** The account of the bucket, where that is another one. */
  readonly bucketOwner?: string | undefined;
  /** The KMS key that the files are encrypted with; else S3's own. */
  readonly kmsKeyId?: string | undefined;
}

/**
 * Reads `s3://BUCKET/PREFIX`.
 * @throws StorageError if it is no location in S3
 * @example
 * ```ts
 * import { parseDestination } from '@cumulus/dynamodb/recovery';
 *
 * parseDestination('s3://my-bucket/exports/'); // { bucket: 'my-bucket', prefix: 'exports' }
 * ```
 */
export function parseDestination(url: string): Pick<ExportDestination, 'bucket' | 'prefix'> {
  const { bucket, key } = parseS3Url(url);
  return { bucket, prefix: trimSlashes(key) };
}

export function trimSlashes(prefix: string): string {
  return prefix.replace(/^\/+|\/+$/g, '');
}

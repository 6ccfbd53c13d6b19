import type { ObjectStatus, S3Objects } from './s3/objects.ts';
import type { S3Location } from './s3/url.ts';

/** The largest object that is copied by one request, in bytes: clients of the API wait no longer for an answer. */
const COPY_BYTES = 256 * 1024 ** 2;

/**
 * Copies an object inside S3, whatever its size, with its metadata and tags, to where there is none. The copy appears at one moment.
 * @param source.status what the object was like; another one in its place is not copied
 * @returns whether it was copied; `false` if another one is in its place by now, or something is at the destination
 * @throws StorageError, AccessDeniedError and the like
 * @example
 * ```ts
 * import { createS3Client } from '@cumulus/dynamodb/aws';
 * import { copyS3Object, s3Objects } from '@cumulus/dynamodb/storage';
 *
 * const objects = await s3Objects(await createS3Client());
 * const location = { bucket: 'protected', key: 'a/G1.hdf' };
 * const status = await objects.status(location);
 * if (status !== undefined) await copyS3Object(objects, { location, status }, { bucket: 'public', key: 'a/G1.hdf' });
 * ```
 */
export async function copyS3Object(
  objects: S3Objects,
  source: { readonly location: S3Location; readonly status: ObjectStatus },
  to: S3Location,
): Promise<boolean> {
  const [{ copyObject }, { isUnmet }] = await Promise.all([import('./s3/copy.ts'), import('./s3/errors.ts')]);
  try {
    await copyObject(objects, source, to, { copyBytes: COPY_BYTES, demand: 'absent', withTags: true });
    return true;
  } catch (error) {
    if (isUnmet((error as Error).cause)) return false;
    throw error;
  }
}

/**
 * Whether two objects have the same content: by their sizes, and by a checksum that S3 keeps of both. Where there is none, both are read.
 * @returns `missing` if one of them is not there
 * @throws StorageError, AccessDeniedError and the like
 * @example
 * ```ts
 * import { createS3Client } from '@cumulus/dynamodb/aws';
 * import { compareS3Objects, s3Objects } from '@cumulus/dynamodb/storage';
 *
 * const objects = await s3Objects(await createS3Client());
 * const [first, second] = [{ bucket: 'protected', key: 'a/G1.hdf' }, { bucket: 'public', key: 'a/G1.hdf' }];
 * const compared = await compareS3Objects(objects, first, second); // 'same'
 * ```
 */
export async function compareS3Objects(
  objects: S3Objects,
  a: S3Location,
  b: S3Location,
): Promise<'same' | 'different' | 'missing'> {
  const { sameContent } = await import('./s3/same-content.ts');
  return sameContent(objects, a, b);
}

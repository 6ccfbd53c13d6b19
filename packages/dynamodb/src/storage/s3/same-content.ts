import { HeadObjectCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { send } from '../../aws/send.ts';
import { sha256Of } from '../sha256.ts';
import { explainS3Error, isMissing } from './errors.ts';
import type { S3Objects } from './objects.ts';
import { S3File } from './stored-file.ts';
import type { S3Location } from './url.ts';

/** The checksums that S3 may keep of a whole object. */
const CHECKSUMS = ['ChecksumCRC64NVME', 'ChecksumSHA256', 'ChecksumSHA1', 'ChecksumCRC32C', 'ChecksumCRC32'] as const;

/**
 * Whether two objects have the same content: by their sizes, and by a checksum that S3 keeps of both, of the whole object or as an ETag.
 * Where there is none, both are read.
 * @returns `missing` if one of them is not there
 */
export async function sameContent(
  objects: S3Objects,
  a: S3Location,
  b: S3Location,
): Promise<'same' | 'different' | 'missing'> {
  const [first, second] = await Promise.all([headOf(objects, a), headOf(objects, b)]);
  if (first === undefined || second === undefined) return 'missing';
  if (first.ContentLength !== second.ContentLength) return 'different';
  for (const checksum of CHECKSUMS) {
    if (!isWhole(first) || !isWhole(second) || !first[checksum] || !second[checksum]) continue;
    return first[checksum] === second[checksum] ? 'same' : 'different';
  }
  const [md5OfFirst, md5OfSecond] = [md5Of(first), md5Of(second)];
  if (md5OfFirst !== undefined && md5OfSecond !== undefined) return md5OfFirst === md5OfSecond ? 'same' : 'different';
  const [contentOfFirst, contentOfSecond] = await Promise.all([hashOf(objects, a), hashOf(objects, b)]);
  return contentOfFirst === contentOfSecond ? 'same' : 'different';
}

async function headOf({ client }: S3Objects, location: S3Location): Promise<HeadObjectCommandOutput | undefined> {
  try {
    const { bucket: Bucket, key: Key } = location;
    return await send(client, new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw await explainS3Error(error, client, { action: 'GetObject', location });
  }
}

/** A checksum may also be one of the checksums of the parts. */
function isWhole({ ChecksumType }: HeadObjectCommandOutput): boolean {
  return ChecksumType === 'FULL_OBJECT';
}

/** An ETag is the MD5 of the content, unless the object was uploaded in parts or is encrypted by KMS or a client's key. */
function md5Of({ ETag, ServerSideEncryption, SSECustomerAlgorithm }: HeadObjectCommandOutput): string | undefined {
  const isByS3 = ServerSideEncryption === undefined || ServerSideEncryption === 'AES256';
  const [, md5] = /^"?([0-9a-f]{32})"?$/.exec(ETag ?? '') ?? [];
  return isByS3 && SSECustomerAlgorithm === undefined ? md5 : undefined;
}

async function hashOf({ client }: S3Objects, location: S3Location): Promise<string> {
  const file = await S3File.open(client, location);
  try {
    return await sha256Of(file.chunks());
  } finally {
    await file.close();
  }
}

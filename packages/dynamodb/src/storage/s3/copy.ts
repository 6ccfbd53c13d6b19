import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  type StorageClass,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { HttpRequest } from '@smithy/core/protocols';
import { send } from '../../aws/send.ts';
import { mapAtOnce } from '../../aws/workers.ts';
import { checksumOfParts } from './checksum.ts';
import { archived, explainS3Error } from './errors.ts';
import { lockOf } from './object-lock.ts';
import type { ObjectStatus, S3Objects } from './objects.ts';
import type { S3Location } from './url.ts';

const GIGABYTE = 1024 ** 3;

/**
 * The largest object that one request copies, and the size of each part of a larger one, in bytes. S3 copies up to 5
 * GB, but the client would not wait that long for the answer.
 */
const MAX_COPY_BYTES = GIGABYTE;
const MAX_PARTS = 10_000;

/**
 * The MD5 of a request without a body, which a copy is. A bucket with a default retention demands a checksum of the request, and the SDK
 * sends none where there is no body.
 */
const MD5_OF_NOTHING = '1B2M2Y8AsgTpgAmY7PhCfg==';

/** Parts that are copied at once. */
const CONCURRENCY = 8;

export interface CopyOptions {
  /** The largest object that is copied by one request, in bytes. */
  readonly copyBytes?: number | undefined;
  /** What has to be in the copy's place; anything unless given. */
  readonly demand?: 'absent' | undefined;
  /** Whether an object that is copied in parts keeps its tags; smaller ones always do. */
  readonly withTags?: boolean | undefined;
  /** Whether the copy has the storage class of the source; else the one that the client is set to, or `STANDARD`. */
  readonly keepsClass?: boolean | undefined;
}

/**
 * Copies an object inside S3, whatever its size, with its metadata. The copy appears at one moment.
 * @param source.status what the object was like; another one in its place is not copied
 */
export async function copyObject(
  objects: S3Objects,
  source: { readonly location: S3Location; readonly status: ObjectStatus },
  to: S3Location,
  { copyBytes = MAX_COPY_BYTES, demand, withTags = false, keepsClass = false }: CopyOptions = {},
): Promise<void> {
  const { location, status } = source;
  if (status.archivedIn !== undefined) throw archived(location, status.archivedIn);
  const from = {
    CopySource: `${location.bucket}/${location.key.split('/').map(encodeURIComponent).join('/')}`,
    CopySourceIfMatch: status.etag,
  };
  const IfNoneMatch = demand === 'absent' ? '*' : undefined;
  const target = {
    Bucket: to.bucket,
    Key: to.key,
    IfNoneMatch,
    ...(keepsClass && { StorageClass: status.storageClass }),
  };
  const { client } = objects;
  try {
    if (status.size <= copyBytes) {
      const { ChecksumAlgorithm: _, ...lock } = await lockOf(client, to.bucket, 'kept');
      const copy = new CopyObjectCommand({ ...target, ...from, ...lock });
      copy.middlewareStack.add(
        (next) => (asked) => {
          (asked.request as HttpRequest).headers['content-md5'] = MD5_OF_NOTHING;
          return next(asked);
        },
        { step: 'build' },
      );
      await send(client, copy);
    } else {
      const tagging = withTags ? await objects.tagging(location) : '';
      await copyInParts(objects, from, target, { ...status, tagging }, copyBytes);
    }
  } catch (error) {
    throw await explainS3Error(error, client, { action: 'PutObject', location: to });
  }
}

interface CopyTarget {
  readonly Bucket: string;
  readonly Key: string;
  readonly IfNoneMatch: string | undefined;
  readonly StorageClass?: StorageClass;
}

async function copyInParts(
  { client }: S3Objects,
  from: { readonly CopySource: string; readonly CopySourceIfMatch: string },
  { IfNoneMatch, StorageClass, ...target }: CopyTarget,
  { size, metadata, contentType, tagging }: ObjectStatus & { readonly tagging: string },
  copyBytes: number,
): Promise<void> {
  const partBytes = Math.max(copyBytes, Math.ceil(size / MAX_PARTS));
  const starts = Array.from({ length: Math.ceil(size / partBytes) }, (_, index) => index * partBytes);
  const { UploadId } = await send(
    client,
    new CreateMultipartUploadCommand({
      ...target,
      ...(StorageClass !== undefined && { StorageClass }),
      Metadata: { ...metadata },
      ContentType: contentType,
      Tagging: tagging || undefined,
      ChecksumAlgorithm: await checksumOfParts(client),
      ...(await lockOf(client, target.Bucket, 'kept')),
    }),
  );
  try {
    // It ends after all that is under way: parts that come once the upload is aborted would stay.
    const Parts = await mapAtOnce([...starts.entries()], CONCURRENCY, undefined, async ([index, start]) => {
      const { CopyPartResult } = await send(
        client,
        new UploadPartCopyCommand({
          ...target,
          ...from,
          UploadId,
          PartNumber: index + 1,
          CopySourceRange: `bytes=${start}-${Math.min(start + partBytes, size) - 1}`,
        }),
      );
      const { ETag, ChecksumCRC32 } = CopyPartResult ?? {};
      return { PartNumber: index + 1, ETag, ChecksumCRC32 };
    });
    await send(
      client,
      new CompleteMultipartUploadCommand({ ...target, IfNoneMatch, UploadId, MultipartUpload: { Parts: [...Parts] } }),
    );
  } catch (error) {
    await send(client, new AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => undefined);
    throw error;
  }
}

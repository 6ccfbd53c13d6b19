import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { send } from '../../aws/send.ts';
import { explainS3Error } from './errors.ts';
import type { ObjectStatus, S3Objects } from './objects.ts';
import type { S3Location } from './url.ts';

const GIGABYTE = 1024 ** 3;

/**
 * The largest object that one request copies, and the size of each part of a larger one, in bytes. S3 copies up to 5
 * GB, but the client would not wait that long for the answer.
 */
const MAX_COPY_BYTES = GIGABYTE;
const MAX_PARTS = 10_000;

/** Parts that are copied at once. */
const CONCURRENCY = 8;

/**
 * Copies an object inside S3, whatever its size, with its metadata. The copy appears at one moment.
 * @param source.status what the object was like; another one in its place is not copied
 * @param copyBytes the largest that is copied by one request
 */
export async function copyObject(
  objects: S3Objects,
  source: { readonly location: S3Location; readonly status: ObjectStatus },
  to: S3Location,
  copyBytes = MAX_COPY_BYTES,
): Promise<void> {
  const { location, status } = source;
  const from = {
    CopySource: `${location.bucket}/${location.key.split('/').map(encodeURIComponent).join('/')}`,
    CopySourceIfMatch: status.etag,
  };
  const target = { Bucket: to.bucket, Key: to.key };
  const { client } = objects;
  try {
    if (status.size <= copyBytes) await send(client, new CopyObjectCommand({ ...target, ...from }));
    else await copyInParts(objects, from, target, status, copyBytes);
  } catch (error) {
    throw await explainS3Error(error, client, { action: 'PutObject', location: to });
  }
}

async function copyInParts(
  { client }: S3Objects,
  from: { readonly CopySource: string; readonly CopySourceIfMatch: string },
  target: { readonly Bucket: string; readonly Key: string },
  { size, metadata, contentType }: ObjectStatus,
  copyBytes: number,
): Promise<void> {
  const partBytes = Math.max(copyBytes, Math.ceil(size / MAX_PARTS));
  const starts = Array.from({ length: Math.ceil(size / partBytes) }, (_, index) => index * partBytes);
  const { UploadId } = await send(
    client,
    new CreateMultipartUploadCommand({
      ...target,
      Metadata: { ...metadata },
      ContentType: contentType,
    }),
  );
  try {
    const etags: (string | undefined)[] = [];
    const queue = starts.entries();
    const work = async (): Promise<void> => {
      for (const [index, start] of queue) {
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
        etags[index] = CopyPartResult?.ETag;
      }
    };
    const working = Array.from({ length: CONCURRENCY }, work);
    // Parts that are under way when the upload is aborted would stay.
    await Promise.allSettled(working);
    await Promise.all(working);
    const Parts = etags.map((ETag, index) => ({ ETag, PartNumber: index + 1 }));
    await send(client, new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }));
  } catch (error) {
    await send(client, new AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => undefined);
    throw error;
  }
}

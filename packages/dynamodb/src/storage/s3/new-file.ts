import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  type ChecksumAlgorithm,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { send } from '../../aws/send.ts';
import type { NewFile, NewFileOptions } from '../storage.ts';
import { checksumOfParts } from './checksum.ts';
import { explainS3Error } from './errors.ts';
import { lockOf } from './object-lock.ts';
import type { S3Objects } from './objects.ts';
import type { S3Location } from './url.ts';

const MEGABYTE = 1024 * 1024;

/** S3's own limits on a multipart upload. */
const MAX_PARTS = 10_000;
const MAX_PART_BYTES = 5 * 1024 * MEGABYTE;

/** The size of a part unless the object will be large, in bytes. */
const PART_BYTES = 8 * MEGABYTE;

/** After so many parts they become twice as large, so that a table far larger than it was estimated fits too. */
const PARTS_OF_ONE_SIZE = MAX_PARTS / 4;

/** What all parts hold together if none is larger than need be: their sizes are 1, 2, 4 and 8 times the first. */
const FIRST_SIZES = PARTS_OF_ONE_SIZE * (1 + 2 + 4 + 8);

/** Parts on their way at once, and the most bytes that they may take in memory together, unless one alone takes more. */
const CONCURRENCY = 4;
const MAX_BYTES_UNDER_WAY = 256 * MEGABYTE;

export interface NewObjectOptions extends NewFileOptions {
  readonly objects: S3Objects;
  readonly location: S3Location;
}

/**
 * An object that is uploaded as it is made. It appears at the one moment of {@link publish}; until then what was there
 * is as it was. Memory is bounded by the size of a part × the parts on their way, and a slow upload slows the maker. An
 * object of less than one part is put by one request.
 *
 * The SDK's own `Upload` ends the upload by itself at the end of its stream, and leaves it to chance whether the parts of
 * one that was aborted are removed before the process ends.
 */
export class NewS3File implements NewFile {
  readonly #options: NewObjectOptions;
  readonly #hash = createHash('sha256');
  readonly #parts: CompletedPart[] = [];
  readonly #underWay = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  #bytes = 0;
  #sent = 0;
  #partBytes: number;
  #part: Buffer;
  #filled = 0;
  #uploadId: string | undefined;
  #checksum: ChecksumAlgorithm | undefined;
  #isPublished = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(options: NewObjectOptions) {
    this.#options = options;
    this.#partBytes = firstPartBytes(options.expectedBytes);
    this.#part = Buffer.allocUnsafeSlow(this.#partBytes);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get sha256(): string {
    return this.#hash.copy().digest('hex');
  }

  async append(chunk: Uint8Array): Promise<void> {
    for (let taken = 0; taken < chunk.length; ) {
      if (this.#filled === this.#part.length) await this.#send();
      const piece = chunk.subarray(taken, taken + this.#part.length - this.#filled);
      this.#part.set(piece, this.#filled);
      this.#filled += piece.length;
      taken += piece.length;
    }
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
  }

  /** Nothing of an upload can be continued from. */
  async flush(): Promise<void> {}

  /** Has everything uploaded but an object of less than one part, which {@link publish} puts. */
  async finish(): Promise<void> {
    if (this.#uploadId !== undefined && this.#filled > 0) await this.#send();
    await Promise.all(this.#underWay);
    this.#throwFailure();
  }

  async publish(): Promise<void> {
    await this.finish();
    const { objects, location } = this.#options;
    try {
      await this.#complete();
    } catch (error) {
      // The answer may have been lost, and the request, sent again, been refused as done.
      if (!(await this.#isThere())) {
        throw await explainS3Error(error, objects.client, { action: 'PutObject', location });
      }
    }
    this.#isPublished = true;
  }

  async close(): Promise<void> {
    if (this.#isPublished) return;
    this.#stop.abort();
    await Promise.all(this.#underWay);
    if (this.#uploadId !== undefined) await abortUpload(this.#options.objects, this.#options.location, this.#uploadId);
  }

  async #complete(): Promise<void> {
    const { objects, location, metadata, contentType, isNew = false } = this.#options;
    const object = { Bucket: location.bucket, Key: location.key, IfNoneMatch: isNew ? '*' : undefined };
    if (this.#uploadId === undefined) {
      const Body = this.#part.subarray(0, this.#filled);
      const lock = await lockOf(objects.client, location.bucket, 'kept');
      const put = new PutObjectCommand({
        ...object,
        ...lock,
        Body,
        Metadata: { ...metadata },
        ContentType: contentType,
      });
      await send(objects.client, put);
      return;
    }
    const Parts = this.#parts.toSorted((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
    await send(
      objects.client,
      new CompleteMultipartUploadCommand({ ...object, UploadId: this.#uploadId, MultipartUpload: { Parts } }),
    );
  }

  /** Whether the object that is there is this one, by the metadata, in which every backup has an identity of its own. */
  async #isThere(): Promise<boolean> {
    const { objects, location, metadata } = this.#options;
    const there = await objects.status(location).catch(() => undefined);
    const names = Object.keys(metadata);
    return names.length > 0 && names.every((name) => there?.metadata[name] === metadata[name]);
  }

  /** Sends the part that is full, once there is room for it among those under way, and begins the next. */
  async #send(): Promise<void> {
    this.#uploadId ??= await this.#begin();
    const room = Math.max(1, Math.min(CONCURRENCY, Math.floor(MAX_BYTES_UNDER_WAY / this.#partBytes) - 1));
    while (this.#underWay.size >= room) await Promise.race(this.#underWay);
    this.#throwFailure();
    this.#sent += 1;
    const sending = this.#upload(this.#uploadId, this.#sent, this.#part.subarray(0, this.#filled))
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
    if (this.#sent % PARTS_OF_ONE_SIZE === 0) this.#partBytes = Math.min(this.#partBytes * 2, MAX_PART_BYTES);
    this.#part = Buffer.allocUnsafeSlow(this.#partBytes);
    this.#filled = 0;
  }

  async #begin(): Promise<string> {
    const { objects, location, metadata, contentType } = this.#options;
    try {
      const lock = await lockOf(objects.client, location.bucket, 'kept');
      this.#checksum = lock.ChecksumAlgorithm ?? (await checksumOfParts(objects.client));
      const { UploadId = '' } = await send(
        objects.client,
        new CreateMultipartUploadCommand({
          Bucket: location.bucket,
          Key: location.key,
          Metadata: { ...metadata },
          ContentType: contentType,
          ...lock,
          ChecksumAlgorithm: this.#checksum,
        }),
      );
      return UploadId;
    } catch (error) {
      throw await explainS3Error(error, objects.client, { action: 'PutObject', location });
    }
  }

  async #upload(uploadId: string, number: number, part: Buffer): Promise<void> {
    const { objects, location, abortSignal } = this.#options;
    const signals = abortSignal === undefined ? [this.#stop.signal] : [this.#stop.signal, abortSignal];
    try {
      const { ETag, ChecksumCRC32 } = await send(
        objects.client,
        new UploadPartCommand({
          Bucket: location.bucket,
          Key: location.key,
          UploadId: uploadId,
          PartNumber: number,
          ChecksumAlgorithm: this.#checksum,
          Body: part,
        }),
        AbortSignal.any(signals),
      );
      this.#parts.push({ PartNumber: number, ETag, ChecksumCRC32 });
    } catch (error) {
      throw await explainS3Error(error, objects.client, { action: 'PutObject', location });
    }
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}

/** Removes the parts of an upload that was not completed, if they are there. */
export async function abortUpload(objects: S3Objects, location: S3Location, uploadId: string): Promise<void> {
  try {
    await send(
      objects.client,
      new AbortMultipartUploadCommand({ Bucket: location.bucket, Key: location.key, UploadId: uploadId }),
    );
  } catch (error) {
    if ((error as Error).name === 'NoSuchUpload') return;
    throw await explainS3Error(error, objects.client, { action: 'AbortMultipartUpload', location });
  }
}

/** So that the parts that S3 takes suffice as they grow, with half of that to spare. */
function firstPartBytes(expectedBytes: number): number {
  const needed = Math.ceil((2 * expectedBytes) / FIRST_SIZES);
  return Math.min(Math.max(PART_BYTES, needed), MAX_PART_BYTES);
}

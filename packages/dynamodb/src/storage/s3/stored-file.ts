import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { send } from '../../aws/send.ts';
import { FileReplacedError } from '../errors.ts';
import type { FileStatus, StoredFile } from '../storage.ts';
import { explainS3Error, isMissing, isUnmet, missing } from './errors.ts';
import { type ObjectStatus, READ_TRIES, S3Objects } from './objects.ts';
import { formatS3Url, type S3Location } from './url.ts';

/** How much is asked for at once, in bytes: large enough that the way there and back does not count. */
const RANGE_SIZE = 8 * 1024 * 1024;

interface OpenOptions {
  readonly calledAs?: string | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * An object in S3, read in ranges, the next one being fetched while one is worked on. A range whose connection is lost is
 * continued where it broke off. Each demands the object's ETag, so that all readings see the same object.
 */
export class S3File implements StoredFile {
  readonly name: string;
  readonly status: FileStatus;
  readonly #client: S3Client;
  readonly #location: S3Location;
  readonly #abortSignals: readonly AbortSignal[];

  private constructor(
    client: S3Client,
    location: S3Location,
    status: FileStatus,
    { calledAs = formatS3Url(location), abortSignal }: OpenOptions,
  ) {
    this.#client = client;
    this.#location = location;
    this.#abortSignals = abortSignal === undefined ? [] : [abortSignal];
    this.name = calledAs;
    this.status = status;
  }

  /** @throws StorageError if there is no such object */
  static async open(client: S3Client, location: S3Location, options: OpenOptions = {}): Promise<S3File> {
    const status = await new S3Objects(client, options.abortSignal).status(location);
    if (status === undefined) throw missing(location);
    return new S3File(client, location, statusOf(status), options);
  }

  async head(bytes: number): Promise<Buffer> {
    const length = Math.min(bytes, this.status.size);
    return length === 0 ? Buffer.alloc(0) : this.#range(0, length, this.#abortSignals);
  }

  async *chunks(): AsyncGenerator<Buffer, void> {
    const left = new AbortController();
    const signals = [...this.#abortSignals, left.signal];
    try {
      const begin = (start: number): Promise<Buffer> => {
        const range = this.#range(start, Math.min(RANGE_SIZE, this.status.size - start), signals);
        // It is awaited later. Without a handler, a failure before that would end the process.
        range.catch(() => undefined);
        return range;
      };
      for (let start = 0, next = this.status.size > 0 ? begin(0) : undefined; next !== undefined; ) {
        const chunk = await next;
        start += chunk.length;
        next = start < this.status.size ? begin(start) : undefined;
        yield chunk;
      }
    } finally {
      left.abort();
    }
  }

  async close(): Promise<void> {}

  async #range(start: number, length: number, signals: readonly AbortSignal[]): Promise<Buffer> {
    const abortSignal = AbortSignal.any([...signals]);
    const memory = Buffer.allocUnsafe(length);
    let filled = 0;
    for (let tries = 1; ; tries += 1) {
      const before = filled;
      try {
        for await (const bytes of await this.#bytes(start + filled, start + length - 1, abortSignal)) {
          filled += bytes.copy(memory, filled);
        }
        if (filled === length) return memory;
      } catch (error) {
        if (isUnmet(error) || isMissing(error)) throw this.#replaced(error);
        const asked = (error as { readonly $metadata?: object }).$metadata !== undefined;
        if (asked || abortSignal.aborted || (tries >= READ_TRIES && filled === before)) {
          const cause = abortSignal.aborted ? abortSignal.reason : error;
          throw await explainS3Error(cause, this.#client, { action: 'GetObject', location: this.#location });
        }
      }
      if (filled > before) tries = 0;
      else if (tries >= READ_TRIES) throw this.#replaced();
    }
  }

  async #bytes(first: number, last: number, abortSignal: AbortSignal): Promise<AsyncIterable<Buffer>> {
    const command = new GetObjectCommand({
      Bucket: this.#location.bucket,
      Key: this.#location.key,
      IfMatch: this.status.version,
      Range: `bytes=${first}-${last}`,
    });
    const { Body } = await send(this.#client, command, abortSignal);
    return Body as unknown as AsyncIterable<Buffer>;
  }

  #replaced(cause?: unknown): FileReplacedError {
    return new FileReplacedError(
      `${this.name} was replaced or removed while it was being read.`,
      ['Start again, for what is there now.'],
      cause,
    );
  }
}

export function statusOf({ size, lastModified, etag, metadata, archivedIn, lockedUntil }: ObjectStatus): FileStatus {
  return { size, modified: lastModified, version: etag, metadata, archivedIn, lockedUntil };
}

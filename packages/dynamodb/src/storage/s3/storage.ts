import {
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandInput,
  type ListMultipartUploadsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { AccessDeniedError } from '../../aws/errors.ts';
import { pagesOf } from '../../aws/pages.ts';
import { send } from '../../aws/send.ts';
import { StorageError } from '../errors.ts';
import type { Lease } from '../lease.ts';
import type { EarlierVersion, FileStatus, NewFile, NewFileOptions, Storage, StoredFile } from '../storage.ts';
import { copyObject } from './copy.ts';
import { explainS3Error, missing } from './errors.ts';
import { S3Lease } from './lease.ts';
import { abortUpload, NewS3File } from './new-file.ts';
import { S3Objects } from './objects.ts';
import { S3File, statusOf } from './stored-file.ts';
import { formatS3Url, type S3Location, sibling } from './url.ts';

/** What S3 takes for a key. */
const MAX_KEY_BYTES = 1024;

/** Objects whose keys begin alike. */
export class S3Storage implements Storage {
  readonly canResume = false;
  readonly keepsMetadata = true;
  readonly #prefix: S3Location;
  readonly #abortSignal: AbortSignal | undefined;
  readonly #objects: S3Objects;

  /**
   * @param prefix what the keys begin with, up to their last slash
   * @param abortSignal ends what only reads; what writes is brought to its end
   */
  constructor(client: S3Client, prefix: S3Location, abortSignal?: AbortSignal) {
    this.#prefix = prefix;
    this.#abortSignal = abortSignal;
    this.#objects = new S3Objects(client, abortSignal);
  }

  get location(): string {
    return formatS3Url(this.#prefix).replace(/\/+$/, '');
  }

  get maxNameBytes(): number {
    return MAX_KEY_BYTES - Buffer.byteLength(this.#prefix.key);
  }

  pathOf(name: string): string {
    return formatS3Url(this.#at(name));
  }

  /** S3 has no directories. */
  async prepare(): Promise<void> {}

  /** In S3 there are only objects. */
  async requireFiles(): Promise<void> {}

  async find(name: string): Promise<FileStatus | undefined> {
    const status = await this.#objects.status(this.#at(name));
    return status === undefined ? undefined : statusOf(status);
  }

  async read(name: string): Promise<Buffer | undefined> {
    return (await this.#objects.read(this.#at(name)))?.content;
  }

  async open(name: string, calledAs?: string): Promise<StoredFile> {
    return S3File.open(this.#objects.client, this.#at(name), { calledAs, abortSignal: this.#abortSignal });
  }

  async list(prefix: string): Promise<readonly string[]> {
    const listed = await this.#objects.list(this.#at(prefix));
    return listed.map(({ key }) => key.slice(this.#prefix.key.length));
  }

  async write(name: string, content: string): Promise<void> {
    await this.#objects.put(this.#at(name), content);
  }

  async writeNew(name: string, content: Uint8Array): Promise<boolean> {
    return (await this.#objects.put(this.#at(name), content, { demand: 'absent', lasting: 'kept' })) !== undefined;
  }

  async remove(name: string): Promise<boolean> {
    return this.#objects.remove(this.#at(name));
  }

  async earlierVersions(name: string): Promise<readonly EarlierVersion[]> {
    return this.#objects.earlierVersions(this.#at(name));
  }

  async move(from: string, to: string): Promise<void> {
    const content = await this.read(from);
    if (content === undefined) throw missing(this.#at(from));
    await this.#objects.put(this.#at(to), content, { lasting: 'kept' });
    await this.remove(from);
  }

  async copy(from: string, to: string): Promise<void> {
    const [source, target] = [this.#at(from), this.#at(to)];
    const status = await this.#objects.status(source);
    if (status === undefined) throw missing(source);
    const there = await this.#objects.status(target);
    if (there === undefined) {
      await copyObject(this.#objects, { location: source, status }, target, { keepsClass: true });
    } else if (there.size !== status.size) {
      throw new StorageError(
        `${formatS3Url(target)} is there, and is not what ${formatS3Url(source)} has to be kept as.`,
        ['Nothing was replaced.', 'Give it another name, then try again.'],
      );
    }
  }

  async create(name: string, options: NewFileOptions): Promise<NewFile> {
    return new NewS3File({ ...options, objects: this.#objects, location: this.#at(name) });
  }

  async resume(): Promise<never> {
    throw new TypeError('An upload to S3 cannot be continued.');
  }

  /** Removes the parts that were uploaded or copied, so that they cost no more. */
  async removeUnfinished(prefix: string, isWanted: (name: string) => boolean): Promise<void> {
    const { bucket, key: Prefix } = this.#at(prefix);
    try {
      for await (const { Uploads = [] } of this.#uploads({ Bucket: bucket, Prefix })) {
        for (const { Key: key = '', UploadId } of Uploads) {
          const isOurs = isWanted(key.slice(this.#prefix.key.length));
          if (isOurs && UploadId !== undefined) await abortUpload(this.#objects, { bucket, key }, UploadId);
        }
      }
    } catch (error) {
      const explained = await explainS3Error(error, this.#objects.client, {
        action: 'ListBucketMultipartUploads',
        location: this.#at(prefix),
      });
      // Then a rule of the bucket has to do it, and the work need not wait for it.
      if (!(explained instanceof AccessDeniedError || explained instanceof StorageError)) throw explained;
    }
  }

  async lease(name: string): Promise<Lease> {
    return S3Lease.take(new S3Objects(this.#objects.client), this.#at(name));
  }

  #at(name: string): S3Location {
    return sibling(this.#prefix, this.#prefix.key + name);
  }

  #uploads(input: ListMultipartUploadsCommandInput): AsyncGenerator<ListMultipartUploadsCommandOutput, void> {
    return pagesOf({
      what: `The list of uploads to ${input.Bucket}`,
      ask: (markers: UploadMarkers | undefined) =>
        send(this.#objects.client, new ListMultipartUploadsCommand({ ...input, ...markers })),
      next: ({ IsTruncated, NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker }) =>
        IsTruncated === true ? { KeyMarker, UploadIdMarker } : undefined,
      textOf: JSON.stringify,
    });
  }
}

/** Where the next page of uploads begins. */
type UploadMarkers = Pick<ListMultipartUploadsCommandInput, 'KeyMarker' | 'UploadIdMarker'>;

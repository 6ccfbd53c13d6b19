import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
  type StorageClass,
} from '@aws-sdk/client-s3';
import { AccessDeniedError } from '../../aws/errors.ts';
import { pagesOf } from '../../aws/pages.ts';
import { send } from '../../aws/send.ts';
import { StorageError } from '../errors.ts';
import type { EarlierVersion } from '../storage.ts';
import { explainS3Error, isMissing, isUnmet } from './errors.ts';
import { type Lasting, lockOf } from './object-lock.ts';
import { decodeKey, formatS3Url, type S3Location, sibling } from './url.ts';

/** How often in a row an answer may break off without a byte of it having come, or a small one at all. */
export const READ_TRIES = 5;

/** Storage classes whose objects have to be restored before they can be read. */
const ARCHIVES: ReadonlySet<string | undefined> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** What S3 says of an object. */
export interface ObjectStatus {
  /** In bytes. */
  readonly size: number;
  /** Changes with the content. */
  readonly etag: string;
  readonly lastModified: Date;
  readonly metadata: { readonly [name: string]: string };
  readonly contentType?: string | undefined;
  readonly storageClass: StorageClass;
  /** The archive that it is in, where nothing of it can be read or copied before it is restored from that. */
  readonly archivedIn?: string | undefined;
  /** Until when it is locked, as far as that may be known. */
  readonly lockedUntil?: Date | undefined;
}

/** An object in a list. */
export interface ListedObject extends S3Location {
  /** Undefined where a stand-in for S3 does not say it. */
  readonly lastModified: Date | undefined;
}

/** An object in a listing of a whole bucket. */
export interface SizedObject {
  readonly key: string;
  /** In bytes; undefined where a stand-in for S3 does not say it. */
  readonly size: number | undefined;
}

/** A small object that was read. */
export interface ReadObject extends ObjectStatus {
  readonly content: Buffer;
}

/** What an object has to be like for a request to be carried out: of this ETag, or not there. */
export type Demand = { readonly etag: string } | 'absent';

export interface PutOptions {
  readonly demand?: Demand | undefined;
  readonly metadata?: ObjectStatus['metadata'] | undefined;
  /** JSON unless given. */
  readonly contentType?: string | undefined;
  /** Tags as {@link S3Objects.tagging} gives them; none unless given. */
  readonly tagging?: string | undefined;
  /** Whether it is to stay as it is, or to be replaced; that unless given. */
  readonly lasting?: Lasting | undefined;
}

/** Asks S3 for objects; what it answers is in errors that say what to do. */
export class S3Objects {
  readonly client: S3Client;
  readonly #abortSignal: AbortSignal | undefined;

  /** @param abortSignal ends what only reads; what writes is brought to its end */
  constructor(client: S3Client, abortSignal?: AbortSignal) {
    this.client = client;
    this.#abortSignal = abortSignal;
  }

  /** undefined if there is no such object */
  async status(location: S3Location): Promise<ObjectStatus | undefined> {
    return this.#ifThere(location, async () => {
      const command = new HeadObjectCommand({ Bucket: location.bucket, Key: location.key });
      return statusOf(await send(this.client, command, this.#abortSignal));
    });
  }

  /**
   * The whole of a small object; undefined if there is none.
   * @param maxBytes the largest that is read; any unless given
   * @throws StorageError for a larger one
   */
  async read(location: S3Location, { maxBytes }: { readonly maxBytes?: number } = {}): Promise<ReadObject | undefined> {
    return this.#ifThere(location, async () => {
      for (let tries = 1; ; tries += 1) {
        const command = new GetObjectCommand({ Bucket: location.bucket, Key: location.key });
        const answer = await send(this.client, command, this.#abortSignal);
        if (maxBytes !== undefined && (answer.ContentLength ?? 0) > maxBytes) {
          // Its bytes would keep the connection.
          (answer.Body as { destroy?: () => void } | undefined)?.destroy?.();
          throw new StorageError(`${formatS3Url(location)} has more than ${maxBytes} bytes.`);
        }
        try {
          const content = Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
          return { ...statusOf(answer), content };
        } catch (error) {
          // The SDK sends no request again whose answer broke off in its midst.
          if (tries === READ_TRIES) throw error;
        }
      }
    });
  }

  /**
   * Puts a small object in place of what is there.
   * @returns its ETag; undefined if the demand was not met
   */
  async put(
    location: S3Location,
    content: string | Uint8Array,
    { demand, metadata, contentType = 'application/json', tagging, lasting = 'replaced' }: PutOptions = {},
  ): Promise<string | undefined> {
    try {
      const { ETag = '' } = await send(
        this.client,
        new PutObjectCommand({
          Bucket: location.bucket,
          Key: location.key,
          Body: content,
          // Else the SDK warns of an empty text, as of a stream.
          ContentLength: Buffer.byteLength(content),
          ContentType: contentType,
          Metadata: metadata,
          Tagging: tagging || undefined,
          // Whatever class data files have: see ObjectSettings.
          StorageClass: 'STANDARD',
          ...(await lockOf(this.client, location.bucket, lasting)),
          IfNoneMatch: demand === 'absent' ? '*' : undefined,
          IfMatch: demand === 'absent' ? undefined : demand?.etag,
        }),
      );
      return ETag;
    } catch (error) {
      // An object that was to have an ETag, and is not there, is "missing", not "unmet".
      if (demand !== undefined && (isUnmet(error) || isMissing(error))) return undefined;
      throw await explainS3Error(error, this.client, { action: 'PutObject', location });
    }
  }

  /** The tags of an object, as requests take them; empty if it has none, or does not exist. */
  async tagging(location: S3Location): Promise<string> {
    try {
      const command = new GetObjectTaggingCommand({ Bucket: location.bucket, Key: location.key });
      const { TagSet = [] } = await send(this.client, command, this.#abortSignal);
      return new URLSearchParams(TagSet.map(({ Key = '', Value = '' }): [string, string] => [Key, Value])).toString();
    } catch (error) {
      if (isMissing(error)) return '';
      throw await explainS3Error(error, this.client, { action: 'GetObjectTagging', location });
    }
  }

  /**
   * Removes an object, if it is there.
   * @returns whether the bucket keeps it as an earlier version, since all that was put was a delete marker
   */
  async remove(location: S3Location): Promise<boolean> {
    try {
      const command = new DeleteObjectCommand({ Bucket: location.bucket, Key: location.key });
      return (await send(this.client, command)).DeleteMarker === true;
    } catch (error) {
      throw await explainS3Error(error, this.client, { action: 'DeleteObject', location });
    }
  }

  /** Versions of an object that another one, or a delete marker, has hidden, the newest first; none where nobody may list them. */
  async earlierVersions(location: S3Location): Promise<readonly EarlierVersion[]> {
    const { bucket, key } = location;
    try {
      const command = new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key });
      // Those of one key come first, and are few: whatever else begins like it comes after them.
      const { Versions = [] } = await send(this.client, command, this.#abortSignal);
      return Versions.filter(({ Key, IsLatest }) => Key === key && !IsLatest).map((version) => ({
        id: version.VersionId ?? '',
        modified: version.LastModified ?? new Date(0),
        size: version.Size ?? 0,
      }));
    } catch (error) {
      const explained = await explainS3Error(error, this.client, { action: 'ListBucketVersions', location });
      if (explained instanceof AccessDeniedError) return [];
      throw explained;
    }
  }

  /**
   * The objects whose keys begin like this, by key; with `nested` also those with a slash in the rest of the key.
   */
  async list(
    begin: S3Location,
    { nested = false }: { readonly nested?: boolean } = {},
  ): Promise<readonly ListedObject[]> {
    const found: ListedObject[] = [];
    try {
      const input = { Bucket: begin.bucket, Prefix: begin.key, Delimiter: nested ? undefined : '/' };
      const pages = pagesOf({
        what: `The list of ${formatS3Url(begin)}`,
        ask: (token: string | undefined) =>
          send(this.client, new ListObjectsV2Command({ ...input, ContinuationToken: token })),
        next: ({ NextContinuationToken }) => NextContinuationToken,
      });
      for await (const { Contents = [] } of pages) {
        for (const { Key, LastModified: lastModified } of Contents) {
          if (Key !== undefined) found.push({ ...sibling(begin, Key), lastModified });
        }
      }
    } catch (error) {
      throw await explainS3Error(error, this.client, { action: 'ListBucket', location: begin });
    }
    return found;
  }

  /**
   * All objects of a bucket, a page at once, as S3 lists them: by the bytes of their keys in UTF-8.
   * @param after only those with keys after this one
   */
  async *listing(
    bucket: string,
    { after }: { readonly after?: string | undefined } = {},
  ): AsyncGenerator<readonly SizedObject[], void> {
    const location = { bucket, key: '' };
    // XML cannot hold all characters that keys can.
    const input = { Bucket: bucket, StartAfter: after, EncodingType: 'url' } as const;
    const pages = pagesOf({
      what: `The list of ${formatS3Url(location)}`,
      ask: (token: string | undefined) =>
        send(this.client, new ListObjectsV2Command({ ...input, ContinuationToken: token }), this.#abortSignal),
      next: ({ NextContinuationToken }) => NextContinuationToken,
    });
    try {
      for await (const { Contents = [], EncodingType } of pages) {
        const keyOf = (key: string): string => (EncodingType === 'url' ? decodeKey(key) : key);
        yield Contents.flatMap(({ Key, Size: size }) => (Key === undefined ? [] : { key: keyOf(Key), size }));
      }
    } catch (error) {
      throw await explainS3Error(error, this.client, { action: 'ListBucket', location });
    }
  }

  async #ifThere<T>(location: S3Location, ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw await explainS3Error(error, this.client, { action: 'GetObject', location });
    }
  }
}

function statusOf(answer: {
  readonly ContentLength?: number | undefined;
  readonly ETag?: string | undefined;
  readonly LastModified?: Date | undefined;
  readonly Metadata?: Record<string, string> | undefined;
  readonly ContentType?: string | undefined;
  readonly StorageClass?: StorageClass | undefined;
  readonly ArchiveStatus?: string | undefined;
  readonly Restore?: string | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
}): ObjectStatus {
  const { ContentLength = 0, ETag = '', LastModified = new Date(0), Metadata = {}, ContentType } = answer;
  return {
    size: ContentLength,
    etag: ETag,
    lastModified: LastModified,
    metadata: Metadata,
    contentType: ContentType,
    // S3 says so by silence.
    storageClass: answer.StorageClass ?? 'STANDARD',
    archivedIn: archiveOf(answer),
    lockedUntil: answer.ObjectLockRetainUntilDate,
  };
}

/** The archive that an object is in and not restored from. `INTELLIGENT_TIERING` has archives of its own. */
function archiveOf({
  StorageClass,
  ArchiveStatus,
  Restore,
}: {
  readonly StorageClass?: string | undefined;
  readonly ArchiveStatus?: string | undefined;
  readonly Restore?: string | undefined;
}): string | undefined {
  const archive = ArchiveStatus ?? (ARCHIVES.has(StorageClass) ? StorageClass : undefined);
  return Restore?.includes('ongoing-request="false"') ? undefined : archive;
}

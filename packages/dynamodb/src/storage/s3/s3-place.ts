import { randomUUID } from 'node:crypto';
import { basename } from 'node:path/posix';
import {
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandInput,
  type ListMultipartUploadsCommandOutput,
} from '@aws-sdk/client-s3';
import { createS3Client } from '../../aws/client.ts';
import { AccessDeniedError, CumulusError } from '../../aws/errors.ts';
import { PageTrail } from '../../aws/page-trail.ts';
import type { BackupCheckpoint } from '../../backup/backup-checkpoint.ts';
import { isKeptOf, keptFileName, MANIFEST_SUFFIX } from '../../backup/backup-files.ts';
import type { BackupPlace } from '../../backup/backup-place.ts';
import type { BackupSource } from '../../backup/backup-source.ts';
import { ManifestError, StoppedError } from '../../backup/errors.ts';
import { type BackupManifest, formatManifest } from '../../backup/manifest.ts';
import { StorageError } from '../errors.ts';
import type { S3Access } from '../folder.ts';
import { formatS3Url, parseS3Url, type S3Location, sibling } from '../s3-url.ts';
import { BackupObjects, idOf, manifestOfObject, metadataOf } from './backup-objects.ts';
import { copyObject } from './copy-object.ts';
import { folderOf } from './list-files.ts';
import { abortUpload, MultipartUpload } from './multipart-upload.ts';
import { S3Objects } from './objects.ts';
import { openS3Backup } from './open-s3-backup.ts';
import { S3Claim } from './s3-claim.ts';
import { explainS3Error } from './s3-errors.ts';

export interface S3PlaceOptions {
  /** `s3://BUCKET/PREFIX` */
  readonly directory: string;
  /** The name of the data object under the prefix. */
  readonly fileName: string;
  readonly gzip: boolean;
  readonly s3?: S3Access | undefined;
  /** About how many bytes the table has. */
  readonly estimatedBytes: number;
  readonly abortSignal?: AbortSignal | undefined;
}

export async function openS3Place(options: S3PlaceOptions): Promise<BackupPlace> {
  return new S3Place(options, new S3Objects(await (options.s3 ?? createS3Client)()));
}

/** Backups under a prefix in S3: see {@link BackupObjects}. */
class S3Place implements BackupPlace {
  readonly #options: S3PlaceOptions;
  readonly #objects: S3Objects;
  readonly #backup: BackupObjects;
  readonly #id = randomUUID();
  #claim: S3Claim | undefined;
  #upload: MultipartUpload | undefined;

  constructor(options: S3PlaceOptions, objects: S3Objects) {
    const folder = folderOf(options.directory);
    this.#options = options;
    this.#objects = objects;
    this.#backup = new BackupObjects(sibling(folder, folder.key + options.fileName));
  }

  get data(): string {
    return formatS3Url(this.#backup.data);
  }

  get manifest(): string {
    return formatS3Url(this.#backup.manifest);
  }

  get leftWhenStopped(): string {
    return `Nothing took the place of ${this.data}; what had been uploaded is removed.`;
  }

  get howToContinue(): string {
    return 'Begin again with the same command: an upload to S3 cannot be continued.';
  }

  async enter(): Promise<void> {
    this.#claim = await S3Claim.take(this.#objects, this.#backup.lock);
    await this.#settle();
  }

  async check(): Promise<void> {
    await this.#claim?.check();
  }

  async leave(): Promise<void> {
    // What is left is removed by the next backup of the table; it must not hide how this one ended.
    await this.#upload?.abort().catch(passMetadataError);
    await this.#claim?.release().catch(passMetadataError);
  }

  async create(): Promise<MultipartUpload> {
    await this.#abortLeftUploads();
    const { gzip, estimatedBytes, abortSignal } = this.#options;
    this.#upload = new MultipartUpload({
      objects: this.#objects,
      location: this.#backup.data,
      metadata: metadataOf(this.#id),
      contentType: gzip ? 'application/gzip' : 'application/x-ndjson',
      estimatedBytes,
      abortSignal,
    });
    return this.#upload;
  }

  async interrupted(): Promise<undefined> {
    return undefined;
  }

  async continue(_checkpoint: BackupCheckpoint): Promise<never> {
    throw new TypeError('An upload to S3 cannot be continued.');
  }

  async saveCheckpoint(): Promise<void> {}

  async giveUp(): Promise<void> {
    // An upload that stopped is removed in any case.
  }

  async commit(manifest: BackupManifest, keepAs: string | undefined): Promise<void> {
    const upload = this.#upload;
    if (upload === undefined) throw new TypeError('A backup is committed that was not begun.');
    const text = formatManifest({ ...manifest, id: this.#id });
    await this.#objects.put(this.#backup.nextManifest(this.#id), text);
    if (keepAs !== undefined) {
      await this.#keep(new BackupObjects(parseS3Url(keepAs)));
      // A copy of a large object takes its time.
      await this.check();
    }
    try {
      await upload.complete();
    } catch (error) {
      // The answer may have been lost, and the request, sent again, been refused as done.
      const current = await this.#objects.status(this.#backup.data).catch(() => undefined);
      if (current === undefined || idOf(current) !== this.#id) throw error;
    }
    this.#upload = undefined;
    try {
      await this.#objects.put(this.#backup.manifest, text);
      await this.#objects.remove(this.#backup.nextManifest(this.#id));
    } catch (error) {
      if (!(error instanceof CumulusError)) throw error;
      throw new StoppedError(
        `${this.data} is complete and in its place; what was left to do failed: ${error.message}`,
        ['The next backup of the table will do it; restore and verify take this one as it is.'],
        error,
      );
    }
  }

  async timeOfCurrent(): Promise<Date | undefined> {
    const status = await this.#objects.status(this.#backup.data);
    if (status === undefined) return undefined;
    const manifest = await manifestOfObject(this.#objects, this.#backup, status).catch(() => undefined);
    return manifest === undefined ? status.lastModified : new Date(manifest.scan.endedAt);
  }

  keptName(time: Date): string {
    return keptFileName(this.data, time);
  }

  async kept(): Promise<readonly string[]> {
    return (await this.#listOwn())
      .filter(({ key }) => isKeptOf(this.#backup.name, basename(key)))
      .map(formatS3Url)
      .sort()
      .reverse();
  }

  async removeKept(file: string): Promise<void> {
    const location = parseS3Url(file);
    await this.#objects.remove(location);
    await this.#objects.remove(sibling(location, location.key + MANIFEST_SUFFIX));
  }

  async open(file: string): Promise<BackupSource> {
    return openS3Backup(file, { s3: async () => this.#objects.client });
  }

  /** Copies the data object with its manifest, which comes first: a kept data object is never seen without it. */
  async #keep(kept: BackupObjects): Promise<void> {
    const status = await this.#objects.status(this.#backup.data);
    if (status === undefined || (await this.#objects.status(kept.data)) !== undefined) return;
    // An earlier backup whose manifest cannot be read is kept without: it must not stop a new one.
    const manifest = await manifestOfObject(this.#objects, this.#backup, status).catch(unlessUnreadable);
    if (manifest !== undefined) await this.#objects.put(kept.manifest, formatManifest(manifest));
    await copyObject(this.#objects, { location: this.#backup.data, status }, kept.data);
  }

  /** Ends what a writer that was killed had begun: its change of place, or the removal of an earlier backup. */
  async #settle(): Promise<void> {
    const listed = await this.#listOwn();
    const next = listed.filter(({ key }) => key.startsWith(this.#backup.nextManifests.key));
    if (next.length > 0) await this.#settleManifest();
    const isLeft = ({ key }: S3Location): boolean =>
      key.endsWith(MANIFEST_SUFFIX) &&
      isKeptOf(this.#backup.name, basename(key, MANIFEST_SUFFIX)) &&
      !listed.some((other) => other.key + MANIFEST_SUFFIX === key);
    for (const location of [...next, ...listed.filter(isLeft)]) await this.#objects.remove(location);
  }

  /** Gives the data object its own manifest, if that still waits for its place. */
  async #settleManifest(): Promise<void> {
    const current = await this.#objects.status(this.#backup.data);
    const id = current === undefined ? undefined : idOf(current);
    if (id === undefined) return;
    const next = await this.#objects.read(this.#backup.nextManifest(id));
    if (next !== undefined) await this.#objects.put(this.#backup.manifest, next.content.toString('utf8'));
  }

  /** All objects of this table's backups, those of earlier backups too. */
  async #listOwn(): Promise<readonly S3Location[]> {
    return this.#objects.list(this.#backup.beside(this.#backup.name.replace(/json(?:\.gz)?$/, '')));
  }

  async *#uploads(input: ListMultipartUploadsCommandInput): AsyncGenerator<ListMultipartUploadsCommandOutput, void> {
    const trail = new PageTrail<string>(`The list of uploads to ${input.Bucket}`);
    for (let after: Pick<ListMultipartUploadsCommandInput, 'KeyMarker' | 'UploadIdMarker'> = {}; ; ) {
      const page = await this.#objects.client.send(new ListMultipartUploadsCommand({ ...input, ...after }));
      yield page;
      if (page.IsTruncated !== true) return;
      trail.step(JSON.stringify([page.NextKeyMarker, page.NextUploadIdMarker]));
      after = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
    }
  }

  /** Removes the parts that writers which were killed had uploaded or copied, so that they cost no more. */
  async #abortLeftUploads(): Promise<void> {
    const { bucket } = this.#backup.data;
    const Prefix = this.#backup.beside(this.#backup.name.replace(/json(?:\.gz)?$/, '')).key;
    try {
      for await (const { Uploads = [] } of this.#uploads({ Bucket: bucket, Prefix })) {
        for (const { Key = '', UploadId } of Uploads) {
          const isOwn = Key === this.#backup.data.key || isKeptOf(this.#backup.name, basename(Key));
          if (isOwn && UploadId !== undefined) await abortUpload(this.#objects, { bucket, key: Key }, UploadId);
        }
      }
    } catch (error) {
      const explained = await explainS3Error(error, this.#objects.client, {
        action: 'ListBucketMultipartUploads',
        location: this.#backup.data,
      });
      // Then a rule of the bucket has to do it, and the backup need not wait for it.
      if (!(explained instanceof AccessDeniedError || explained instanceof StorageError)) throw explained;
    }
  }
}

function passMetadataError(error: unknown): void {
  if (!(error instanceof CumulusError)) throw error;
}

/** For a manifest that is damaged, or of a later release. */
function unlessUnreadable(error: unknown): undefined {
  if (!(error instanceof ManifestError)) throw error;
}

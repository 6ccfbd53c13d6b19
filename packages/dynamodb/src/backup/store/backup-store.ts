import { randomUUID } from 'node:crypto';
import { AccessDeniedError, CumulusError } from '../../aws/errors.ts';
import { StorageError } from '../../storage/errors.ts';
import type { Lease } from '../../storage/lease.ts';
import { type NamedFile, openStorage, type S3Access } from '../../storage/open-storage.ts';
import { type NewFile, PARTIAL_SUFFIX, type Storage } from '../../storage/storage.ts';
import type { TableDescription } from '../../tables/describe.ts';
import { StoppedError } from '../errors.ts';
import {
  commonBeginning,
  dataFileName,
  dataFileOfManifest,
  isKeptOf,
  keptFileName,
  manifestName,
  nextManifestName,
} from '../format/file-names.ts';
import { type BackupManifest, formatManifest } from '../format/manifest.ts';
import type { BackupCheckpoint } from './backup-checkpoint.ts';
import { checkNames, checkpointName } from './check-names.ts';
import { Checkpoint } from './checkpoint.ts';
import { findManifest, findNextManifest, metadataOf } from './find-manifest.ts';

/** Lines of JSON are about so much longer than DynamoDB's own count of a table's bytes. */
const LINES_PER_BYTE = 1.5;

export interface BackupStoreOptions {
  /** A directory, or `s3://BUCKET/PREFIX`. */
  readonly directory: string;
  readonly gzip?: boolean | undefined;
  readonly s3?: S3Access | undefined;
  /** Ends an upload that is under way. */
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * The backups of one table, in any storage: the newest, one in the making, and earlier ones.
 *
 * | name | what |
 * |---|---|
 * | `T.json` or `T.json.gz` | the data file |
 * | `T.json.manifest.json` | its manifest |
 * | `T.json.partial` | a data file not yet complete, where that can be resumed |
 * | `T.json.partial.checkpoint.json` | how far the partial has come |
 * | `T.json.manifest.json.next`, `….next-<id>` | the manifest of the data file that is about to get its name |
 * | `T.<UTC time>.json` | an earlier backup, with a manifest of its own |
 *
 * A new data file gets its name at one moment. Whenever the writer is killed, there is a data file, the old or the new
 * one, with the manifest that belongs to it: see {@link findManifest}.
 */
export class BackupStore {
  readonly #storage: Storage;
  readonly #dataFile: string;
  readonly #options: BackupStoreOptions;
  readonly #estimatedBytes: number;
  /** The new backup's identity, where its data file can carry it. */
  readonly #id: string | undefined;
  #lease: Lease | undefined;
  #newFile: NewFile | undefined;

  private constructor(storage: Storage, dataFile: string, options: BackupStoreOptions, estimatedBytes: number) {
    this.#storage = storage;
    this.#dataFile = dataFile;
    this.#options = options;
    this.#estimatedBytes = estimatedBytes;
    this.#id = storage.keepsMetadata ? randomUUID() : undefined;
  }

  /** The store of a table's backups. Nothing is changed there. */
  static async open(
    options: BackupStoreOptions,
    { name, estimatedBytes }: Pick<TableDescription, 'name' | 'estimatedBytes'>,
  ): Promise<BackupStore> {
    const storage = await openStorage(options.directory, { s3: options.s3 });
    return new BackupStore(storage, dataFileName(name, options.gzip ?? false), options, estimatedBytes);
  }

  /** The path or URL of the data file. */
  get data(): string {
    return this.#storage.pathOf(this.#dataFile);
  }

  /** The path or URL of its manifest. */
  get manifest(): string {
    return this.#storage.pathOf(manifestName(this.#dataFile));
  }

  /** What becomes of a backup that stops now, a sentence. */
  get leftWhenStopped(): string {
    const left = this.#storage.canResume
      ? `what was read is in ${this.data}${PARTIAL_SUFFIX}`
      : 'what had been uploaded is removed';
    return `Nothing took the place of ${this.data}; ${left}.`;
  }

  /** Whether a backup that stopped can be continued. */
  get canResume(): boolean {
    return this.#storage.canResume;
  }

  /** How to go on after a stop, a sentence. */
  get howToContinue(): string {
    return this.#storage.canResume
      ? 'Continue it: what was read is kept.'
      : 'Start again: an upload to S3 cannot be continued.';
  }

  /**
   * Takes the lease, and completes what a killed writer had begun to put in place or to remove.
   * @throws LeaseHeldError if another writer has it; FileError where a name does not fit, or is no file's
   */
  async enter(): Promise<void> {
    await this.#storage.prepare();
    await checkNames(this.#storage, this.#dataFile);
    await this.#storage.requireFiles([this.#dataFile, manifestName(this.#dataFile)]);
    this.#lease = await this.#storage.lease(this.#dataFile);
    await this.#settle();
  }

  /** Releases the lease. The next backup of the table removes what cannot be removed now. */
  async leave(): Promise<void> {
    await this.#newFile?.close().catch(passCumulusError);
    await this.#lease?.release().catch(passCumulusError);
  }

  /** Creates the data file; what an unfinished backup left is removed. */
  async create(): Promise<NewFile> {
    const isOurs = (name: string): boolean => name === this.#dataFile || isKeptOf(this.#dataFile, name);
    if (this.#storage.canResume) await this.#checkpoint.remove();
    await this.#storage.removeUnfinished(commonBeginning(this.#dataFile), isOurs);
    this.#newFile = await this.#storage.create(this.#dataFile, {
      contentType: this.#options.gzip ? 'application/gzip' : 'application/x-ndjson',
      metadata: this.#id === undefined ? {} : metadataOf(this.#id),
      expectedBytes: this.#estimatedBytes * LINES_PER_BYTE,
      abortSignal: this.#options.abortSignal,
    });
    return this.#newFile;
  }

  /** How far a backup that was interrupted has come; undefined if there is none to be resumed. */
  async interrupted(): Promise<BackupCheckpoint | undefined> {
    if (!this.#storage.canResume) return undefined;
    const checkpoint = await this.#checkpoint.load();
    const partial = await this.#storage.find(this.#dataFile + PARTIAL_SUFFIX);
    return partial === undefined ? undefined : checkpoint;
  }

  /**
   * Goes on with the data file of an interrupted backup.
   * @throws ResumeMismatchError if it is not what its checkpoint says
   */
  async resume(checkpoint: BackupCheckpoint): Promise<NewFile> {
    this.#newFile = await this.#storage.resume(this.#dataFile, checkpoint);
    return this.#newFile;
  }

  /** Notes how far the backup has come, where it can be resumed. */
  async saveCheckpoint(checkpoint: BackupCheckpoint): Promise<void> {
    if (this.#storage.canResume) await this.#checkpoint.save(checkpoint);
  }

  /** Ensures that the unfinished backup is not resumed. Its partial file may stay for inspection. */
  async giveUp(): Promise<void> {
    if (this.#storage.canResume) await this.#checkpoint.remove();
  }

  /**
   * Puts the finished data file in the place of the one that is there, with its manifest.
   * @param keepAs the path or URL under which that one stays
   * @throws LeaseHeldError if another writer has taken the lease
   */
  async commit(manifest: BackupManifest, keepAs: string | undefined): Promise<void> {
    if (this.#newFile === undefined) throw new TypeError('A backup is committed that was not begun.');
    const [own, next] = [manifestName(this.#dataFile), nextManifestName(this.#dataFile, this.#id)];
    await this.#lease?.check();
    await this.#storage.write(next, formatManifest({ ...manifest, id: this.#id }));
    if (keepAs !== undefined) {
      await this.#keep(this.#nameOf(keepAs));
      // A copy of a large file takes its time.
      await this.#lease?.check();
    }
    await this.#newFile.publish();
    try {
      await this.#storage.move(next, own);
      await this.giveUp();
    } catch (error) {
      if (!(error instanceof CumulusError)) throw error;
      throw new StoppedError(
        `${this.data} is complete and in its place; what was left to do failed: ${error.message}`,
        ['The next backup of the table will do it; restore and verify take this one as it is.'],
        error,
      );
    }
  }

  /** When the data file that is there was made; undefined if there is none. */
  async timeOfCurrent(): Promise<Date | undefined> {
    const status = await this.#storage.find(this.#dataFile);
    if (status === undefined) return undefined;
    const manifest = await findManifest(this.#storage, this.#dataFile, status).catch(() => undefined);
    return manifest === undefined ? status.modified : new Date(manifest.scan.endedAt);
  }

  /**
   * Makes sure that the data file that is there can stay under another name, before hours are spent on the one to take its place.
   * @throws StorageError where it is in an archive, from which S3 copies nothing
   */
  async requireKeepable(): Promise<void> {
    const { archivedIn } = (await this.#storage.find(this.#dataFile)) ?? {};
    if (archivedIn === undefined) return;
    throw new StorageError(
      `${this.data} is in the storage class ${archivedIn}, so that S3 cannot copy it to keep it as an earlier backup.`,
      [
        'Nothing was changed.',
        'Back up to another prefix, restore that object from the archive first, or keep no earlier backups.',
      ],
    );
  }

  /** The path or URL of a backup made at this time, once another has taken its place. */
  keptName(time: Date): string {
    return this.#storage.pathOf(keptFileName(this.#dataFile, time));
  }

  /** The earlier backups that stayed, by path or URL, the newest first. */
  async kept(): Promise<readonly string[]> {
    const names = (await this.#storage.list(commonBeginning(this.#dataFile))) ?? [];
    return names
      .filter((name) => isKeptOf(this.#dataFile, name))
      .reverse()
      .map((name) => this.#storage.pathOf(name));
  }

  /** Where the data file is, or an earlier one, by path or URL. */
  locate(file: string): NamedFile {
    return { storage: this.#storage, name: this.#nameOf(file) };
  }

  /** Removes an earlier one, with its manifest. */
  async removeKept(file: string): Promise<void> {
    const name = this.#nameOf(file);
    await this.#storage.remove(name);
    await this.#storage.remove(manifestName(name));
  }

  get #checkpoint(): Checkpoint<BackupCheckpoint> {
    return new Checkpoint(this.#storage, checkpointName(this.#dataFile));
  }

  /** The name of a file of this store. */
  #nameOf(file: string): string {
    return file.slice(this.data.length - this.#dataFile.length);
  }

  /** The manifest comes first: a kept data file is never seen without it. */
  async #keep(name: string): Promise<void> {
    const own = manifestName(this.#dataFile);
    if ((await this.#storage.find(own)) !== undefined) await this.#storage.copy(own, manifestName(name));
    await this.#storage.copy(this.#dataFile, name);
  }

  /** Completes what a killed writer had begun: putting its backup in place, or removing an earlier one. */
  async #settle(): Promise<void> {
    const names = (await this.#storage.list(commonBeginning(this.#dataFile))) ?? [];
    const waiting = names.filter((name) => name.startsWith(nextManifestName(this.#dataFile, undefined)));
    const next = waiting.length === 0 ? undefined : await findNextManifest(this.#storage, this.#dataFile);
    if (next !== undefined) await this.#storage.move(next, manifestName(this.#dataFile)).catch(passDenial);
    const isLeft = (name: string): boolean => {
      const dataFile = dataFileOfManifest(name);
      return dataFile !== undefined && isKeptOf(this.#dataFile, dataFile) && !names.includes(dataFile);
    };
    const left = [...waiting.filter((name) => name !== next), ...names.filter(isLeft)];
    for (const name of left) await this.#storage.remove(name).catch(passDenial);
  }
}

/** What may not be removed is in nobody's way: a manifest belongs to a data file by its content or identity. */
function passDenial(error: unknown): void {
  if (!(error instanceof AccessDeniedError)) throw error;
}

function passCumulusError(error: unknown): void {
  if (!(error instanceof CumulusError)) throw error;
}

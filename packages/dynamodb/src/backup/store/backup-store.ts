import { randomUUID } from 'node:crypto';
import { CumulusError } from '../../aws/errors.ts';
import { EncryptedFile } from '../../storage/encryption/encrypted-file.ts';
import { checkRecipients } from '../../storage/encryption/recipients.ts';
import { StorageError } from '../../storage/errors.ts';
import type { Lease } from '../../storage/lease.ts';
import { type NamedFile, openStorage, type S3Access } from '../../storage/open-storage.ts';
import { type NewFile, PARTIAL_SUFFIX, type Storage } from '../../storage/storage.ts';
import type { TableDescription } from '../../tables/describe.ts';
import { StoppedError } from '../errors.ts';
import {
  commonBeginning,
  type DataFileForm,
  dataFileName,
  datedFileName,
  isDatedOf,
  isKeptOf,
  keptFileName,
  manifestName,
  newestFirst,
  nextManifestName,
} from '../format/file-names.ts';
import { type BackupManifest, formatManifest } from '../format/manifest.ts';
import type { BackupCheckpoint } from './backup-checkpoint.ts';
import { checkNames, checkpointName } from './check-names.ts';
import { Checkpoint } from './checkpoint.ts';
import { findUnfinishedDated, newDatedName, removeUnfinishedDated } from './dated-names.ts';
import { findManifest, metadataOf } from './find-manifest.ts';
import { settle } from './settle.ts';

/** Lines of JSON are about so much longer than DynamoDB's own count of a table's bytes. */
const LINES_PER_BYTE = 1.5;

export interface BackupStoreOptions {
  /** A directory, or `s3://BUCKET/PREFIX`. */
  readonly directory: string;
  readonly gzip?: boolean | undefined;
  /** Public keys of age to encrypt the data file to. */
  readonly recipients?: readonly string[] | undefined;
  /** Whether the new backup takes no other's place, but has the time of its start in its name; or that time, if it is not now. */
  readonly dated?: boolean | Date | undefined;
  readonly s3?: S3Access | undefined;
  /** Ends an upload that is under way. */
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * The backups of one table, in any storage: the newest, one in the making, and earlier ones.
 *
 * | name | what |
 * |---|---|
 * | `T.json`, `T.json.gz`, `T.json.age` or `T.json.gz.age` | the data file |
 * | `T.json.manifest.json` | its manifest |
 * | `T.json.partial` | a data file not yet complete, where that can be resumed |
 * | `T.json.partial.checkpoint.json` | how far the partial has come |
 * | `T.json.manifest.json.next`, `….next-<id>` | the manifest of the data file that is about to get its name |
 * | `T.<UTC time with milliseconds>.json` | an earlier backup, with a manifest of its own |
 * | `T.<UTC time>.json` | a dated backup, with all that `T.json` has |
 *
 * A new data file gets its name at one moment. Whenever the writer is killed, there is a data file, the old or the new
 * one, with the manifest that belongs to it: see {@link findManifest}.
 */
export class BackupStore {
  readonly #storage: Storage;
  readonly #table: string;
  /** The name without a time. The lease on it is the right to write any backup of the table that is packed like this one. */
  readonly #undated: string;
  /** The name of the new backup. A dated one gets its name when it begins, or that of the one that it continues. */
  #dataFile: string;
  /** The name of the backup that was interrupted, once it was looked for. */
  #unfinished: string;
  readonly #options: BackupStoreOptions;
  readonly #estimatedBytes: number;
  readonly #form: DataFileForm;
  /** The new backup's identity, where its data file can carry it. */
  readonly #id: string | undefined;
  #lease: Lease | undefined;
  #newFile: NewFile | undefined;

  private constructor(storage: Storage, table: string, options: BackupStoreOptions, estimatedBytes: number) {
    const { gzip = false, recipients, dated = false } = options;
    this.#storage = storage;
    this.#table = table;
    this.#form = { gzip, encrypted: recipients !== undefined };
    this.#undated = dataFileName(table, this.#form);
    const time = dated instanceof Date ? dated : new Date();
    this.#dataFile = dated ? datedFileName(table, time, this.#form) : this.#undated;
    this.#unfinished = this.#dataFile;
    this.#options = options;
    this.#estimatedBytes = estimatedBytes;
    this.#id = storage.keepsMetadata ? randomUUID() : undefined;
  }

  /**
   * The store of a table's backups. Nothing is changed there.
   * @throws RecipientError
   */
  static async open(
    options: BackupStoreOptions,
    { name, estimatedBytes }: Pick<TableDescription, 'name' | 'estimatedBytes'>,
  ): Promise<BackupStore> {
    await checkRecipients(options.recipients);
    const storage = await openStorage(options.directory, { s3: options.s3 });
    return new BackupStore(storage, name, options, estimatedBytes);
  }

  /** The path or URL of the data file. */
  get data(): string {
    return this.#storage.pathOf(this.#dataFile);
  }

  /** The path or URL that the backup is to get that was interrupted. */
  get unfinished(): string {
    return this.#storage.pathOf(this.#unfinished);
  }

  /** The path or URL of its manifest. */
  get manifest(): string {
    return this.#storage.pathOf(manifestName(this.#dataFile));
  }

  /** What becomes of a backup that stops now, a sentence. */
  get leftWhenStopped(): string {
    const left = this.canResume
      ? `what was read is in ${this.data}${PARTIAL_SUFFIX}`
      : `what had been ${this.#storage.canResume ? 'written' : 'uploaded'} is removed`;
    return `Nothing took the place of ${this.data}; ${left}.`;
  }

  /** Whether a backup that stopped can be continued. The key of an encrypted one is gone with its process. */
  get canResume(): boolean {
    return this.#storage.canResume && !this.#form.encrypted;
  }

  /** How to go on after a stop, a sentence. */
  get howToContinue(): string {
    if (this.canResume) return 'Continue it: what was read is kept.';
    return this.#storage.canResume
      ? 'Start again: an encrypted backup cannot be continued.'
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
    this.#lease = await this.#storage.lease(this.#undated);
    await settle(this.#storage, this.#undated);
  }

  /** Releases the lease. The next backup of the table removes what cannot be removed now. */
  async leave(): Promise<void> {
    await this.#newFile?.close().catch(passCumulusError);
    if (this.#storage.canResume && !this.canResume && this.#lease !== undefined) {
      await this.#storage.removeUnfinished(this.#dataFile, (name) => name === this.#dataFile).catch(passCumulusError);
    }
    await this.#lease?.release().catch(passCumulusError);
  }

  /** Creates the data file; what an unfinished backup left is removed. */
  async create(): Promise<NewFile> {
    if (this.isDated) {
      await removeUnfinishedDated(this.#storage, this.#undated);
      const isGiven = this.#options.dated instanceof Date;
      if (!isGiven) this.#dataFile = await newDatedName(this.#storage, this.#table, this.#form);
    } else {
      const isOurs = (name: string): boolean => name === this.#undated || isKeptOf(this.#undated, name);
      if (this.canResume) await this.#checkpoint.remove();
      await this.#storage.removeUnfinished(commonBeginning(this.#undated), isOurs);
    }
    const { gzip, recipients } = this.#options;
    const ofContents = gzip ? 'application/gzip' : 'application/x-ndjson';
    const file = await this.#storage.create(this.#dataFile, {
      contentType: recipients === undefined ? ofContents : 'application/octet-stream',
      metadata: this.#id === undefined ? {} : metadataOf(this.#id),
      expectedBytes: this.#estimatedBytes * LINES_PER_BYTE,
      abortSignal: this.#options.abortSignal,
    });
    this.#newFile = recipients === undefined ? file : await EncryptedFile.create(file, recipients);
    return this.#newFile;
  }

  /** Whether the new backup has its time in its name, and so takes no other's place. */
  get isDated(): boolean {
    return this.#options.dated !== undefined && this.#options.dated !== false;
  }

  /** How far a backup that was interrupted has come; undefined if there is none to be resumed. Of dated ones it is the newest. */
  async interrupted(): Promise<BackupCheckpoint | undefined> {
    if (!this.canResume) return undefined;
    const unfinished = this.isDated ? await findUnfinishedDated(this.#storage, this.#undated) : this.#undated;
    if (unfinished === undefined) return undefined;
    this.#unfinished = unfinished;
    const checkpoint = await this.#checkpointOf(unfinished).load();
    const partial = await this.#storage.find(unfinished + PARTIAL_SUFFIX);
    return partial === undefined ? undefined : checkpoint;
  }

  /**
   * Goes on with the data file of an interrupted backup.
   * @throws ResumeMismatchError if it is not what its checkpoint says
   */
  async resume(checkpoint: BackupCheckpoint): Promise<NewFile> {
    this.#dataFile = this.#unfinished;
    this.#newFile = await this.#storage.resume(this.#dataFile, checkpoint);
    return this.#newFile;
  }

  /** Notes how far the backup has come, where it can be resumed. */
  async saveCheckpoint(checkpoint: BackupCheckpoint): Promise<void> {
    if (this.canResume) await this.#checkpoint.save(checkpoint);
  }

  /** Ensures that the unfinished backup is not resumed. Its partial file may stay for inspection. */
  async giveUp(): Promise<void> {
    if (this.canResume) await this.#checkpoint.remove();
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

  /** When the data file was made whose place the new one takes; undefined if there is none. */
  async timeOfCurrent(): Promise<Date | undefined> {
    if (this.isDated) return undefined;
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
    if (this.isDated) return;
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
    return this.#storage.pathOf(keptFileName(this.#undated, time));
  }

  /** The earlier backups that stayed, by path or URL, the newest first. */
  async kept(): Promise<readonly string[]> {
    const names = (await this.#storage.list(commonBeginning(this.#undated))) ?? [];
    return names
      .filter((name) => isKeptOf(this.#undated, name))
      .reverse()
      .map((name) => this.#storage.pathOf(name));
  }

  /** Backups of the table that no new one replaces: the newest dated one and, for a dated backup, the one without a time. */
  async besides(): Promise<readonly string[]> {
    const names = (await this.#storage.list(commonBeginning(this.#undated))) ?? [];
    const [newest] = names.filter((name) => isDatedOf(this.#undated, name)).sort(newestFirst);
    const undated = this.isDated && names.includes(this.#undated) ? [this.#undated] : [];
    return [...undated, ...(newest === undefined ? [] : [newest])].map((name) => this.#storage.pathOf(name));
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
    return this.#checkpointOf(this.#dataFile);
  }

  #checkpointOf(dataFile: string): Checkpoint<BackupCheckpoint> {
    return new Checkpoint(this.#storage, checkpointName(dataFile));
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
}

function passCumulusError(error: unknown): void {
  if (!(error instanceof CumulusError)) throw error;
}

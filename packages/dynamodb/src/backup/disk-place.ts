import { join } from 'node:path';
import type { BackupCheckpoint } from './backup-checkpoint.ts';
import { BackupFiles, exists, manifestOf, removeKept, timeOf } from './backup-files.ts';
import type { BackupPlace } from './backup-place.ts';
import { BackupReader } from './backup-reader.ts';
import type { BackupSource } from './backup-source.ts';
import { type CheckpointFile, DiskCheckpoint } from './checkpoint-file.ts';
import { requireRegularFile } from './durable-file.ts';
import { makeDirectory } from './make-directory.ts';
import type { BackupManifest } from './manifest.ts';
import { PartialFile } from './partial-file.ts';
import { WriterClaim } from './writer-claim.ts';

/** Backups in a directory, which is made if it is missing. */
export class DiskPlace implements BackupPlace {
  readonly #directory: string;
  readonly #files: BackupFiles;
  readonly #checkpoint: CheckpointFile<BackupCheckpoint>;
  #claim: WriterClaim | undefined;

  /** @param fileName of the data file in the directory */
  constructor(directory: string, fileName: string) {
    this.#directory = directory;
    this.#files = new BackupFiles(join(directory, fileName));
    this.#checkpoint = new DiskCheckpoint(this.#files.checkpoint);
  }

  get data(): string {
    return this.#files.data;
  }

  get manifest(): string {
    return this.#files.manifest;
  }

  get leftWhenStopped(): string {
    return `Nothing took the place of ${this.data}; what was read is in ${this.#files.partial}.`;
  }

  get howToContinue(): string {
    return 'Continue with the same command and --resume.';
  }

  async enter(): Promise<void> {
    await makeDirectory(this.#directory);
    await this.#files.checkNames();
    for (const file of [this.data, this.manifest]) await requireRegularFile(file);
    this.#claim = await WriterClaim.take(this.data);
    await this.#files.settle();
  }

  async check(): Promise<void> {
    await this.#claim?.check();
  }

  async leave(): Promise<void> {
    await this.#claim?.release();
  }

  async create(): Promise<PartialFile> {
    await this.#files.discardPartial();
    return PartialFile.create(this.#files.partial);
  }

  async interrupted(): Promise<BackupCheckpoint | undefined> {
    const checkpoint = await this.#checkpoint.load();
    return (await exists(this.#files.partial)) ? checkpoint : undefined;
  }

  async continue({ bytes, sha256 }: BackupCheckpoint): Promise<PartialFile> {
    return PartialFile.continue(this.#files.partial, bytes, sha256);
  }

  async saveCheckpoint(checkpoint: BackupCheckpoint): Promise<void> {
    await this.#checkpoint.save(checkpoint);
  }

  async giveUp(): Promise<void> {
    await this.#checkpoint.remove();
  }

  async commit(manifest: BackupManifest, keepAs: string | undefined): Promise<void> {
    await this.#files.commit(manifest, keepAs);
  }

  async timeOfCurrent(): Promise<Date | undefined> {
    if (!(await exists(this.data))) return undefined;
    return timeOf(this.data, await manifestOf(this.data).catch(() => undefined));
  }

  keptName(time: Date): string {
    return this.#files.keptName(time);
  }

  async kept(): Promise<readonly string[]> {
    return (await exists(this.#directory)) ? this.#files.kept() : [];
  }

  async removeKept(file: string): Promise<void> {
    await removeKept(file);
  }

  async open(file: string): Promise<BackupSource> {
    return BackupReader.open(file);
  }
}

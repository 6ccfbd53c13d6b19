import { createHash } from 'node:crypto';
import { Backoff } from '../../aws/retry-policy.ts';
import { FileLockedError } from '../../storage/errors.ts';
import type { NamedFile } from '../../storage/open-storage.ts';
import type { StoredFile } from '../../storage/storage.ts';
import type { KnownSettings } from '../../tables/named-settings.ts';
import type { TableSchema } from '../../tables/schema.ts';
import { CorruptBackupError } from '../errors.ts';
import type { LinePlace } from '../format/line-place.ts';
import { countEndedLines, type Line } from '../format/lines.ts';
import { type BackupManifest, type ScanTime, scanTimeOf, settingsOfManifest } from '../format/manifest.ts';
import { type Layout, unitOf } from '../layout/layout.ts';
import { isEncryptedFile, readText, type TextOptions } from '../layout/packing.ts';
import { readFile } from '../layout/read-file.ts';
import { Checkpoint } from '../store/checkpoint.ts';
import { findManifest } from '../store/find-manifest.ts';
import type { BackupProof, BackupRead, BackupSource, LinesOptions } from './backup-source.ts';

/** Bytes of a typical item, to guess how many a file without a manifest has. */
const TYPICAL_LINE_BYTES = 1_000;

/** A backup may be replaced at the moment of opening it; then it is opened again. */
const MAX_OPEN_TRIES = 5;
const PAUSES = { initialDelay: 200 };

/** A backup of one data file, gzipped or not (its content decides), with the manifest that belongs to it. */
export class BackupReader implements BackupSource {
  readonly name: string;
  readonly manifest: BackupManifest | undefined;
  readonly #file: StoredFile;
  readonly #at: NamedFile;
  /** How items lie in the file: what `backup` wrote is lines, any other file is recognized when it is read. */
  #layout: Layout = 'lines';

  readonly #identities: readonly string[] | undefined;

  private constructor(
    file: StoredFile,
    manifest: BackupManifest | undefined,
    at: NamedFile,
    identities: readonly string[] | undefined,
  ) {
    this.name = file.name;
    this.manifest = manifest;
    this.#file = file;
    this.#at = at;
    this.#identities = identities;
  }

  /**
   * Opens a data file.
   * @param calledAs what to call it in messages, if not by its path or URL
   * @param identities secret keys of age, if the file is, or may be, encrypted
   * @throws FileError, StorageError if there is none; ManifestError
   */
  static async open(at: NamedFile, calledAs?: string, identities?: readonly string[]): Promise<BackupReader> {
    const { storage, name } = at;
    const backoff = new Backoff(PAUSES);
    for (let tries = 1; ; tries += 1) {
      const file = await storage.open(name, calledAs);
      try {
        const manifest = await findManifest(storage, name, file.status);
        const current = await storage.find(name);
        const isReplaced = current !== undefined && current.version !== file.status.version;
        if (!isReplaced || tries === MAX_OPEN_TRIES) return new BackupReader(file, manifest, at, identities);
      } catch (error) {
        await file.close();
        throw error;
      }
      await file.close();
      await backoff.wait();
    }
  }

  get provable(): boolean {
    return this.manifest !== undefined;
  }

  get items(): number | undefined {
    return this.manifest?.items;
  }

  get pointersToS3(): number | undefined {
    return this.manifest?.pointersToS3;
  }

  /** By the manifest, else by the size of a typical one. */
  get expectedItems(): number {
    return this.manifest?.items ?? Math.ceil(this.#file.status.size / TYPICAL_LINE_BYTES);
  }

  get tableName(): string | undefined {
    return this.manifest?.table.name;
  }

  get schema(): TableSchema | undefined {
    return this.manifest?.table.schema;
  }

  get settings(): KnownSettings | undefined {
    return this.manifest === undefined ? undefined : settingsOfManifest(this.manifest);
  }

  get scan(): ScanTime | undefined {
    return this.manifest === undefined ? undefined : scanTimeOf(this.manifest);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async *lines({ keep = false, schema }: LinesOptions = {}): AsyncGenerator<Iterable<Line>, BackupRead> {
    const { measure, proof } = this.#measure();
    const layout = this.manifest === undefined ? undefined : 'lines';
    try {
      const reading = await readFile(this.#file, { ...this.#textOptions(keep, measure), layout, schema });
      this.#layout = reading.layout;
      const { incomplete } = yield* reading.runs;
      return { ...proof(), layout: reading.layout, incomplete };
    } catch (error) {
      throw await this.#explain(error);
    }
  }

  async proveUnread(abortSignal?: AbortSignal): Promise<BackupProof | undefined> {
    if (this.manifest === undefined) return undefined;
    const { measure, proof } = this.#measure(abortSignal);
    try {
      const lines = await countEndedLines(readText(this.#file, this.#textOptions(false, measure)));
      const isProved = this.#isProvedBy(proof()) && lines === this.manifest.items;
      return isProved ? proof() : undefined;
    } catch (error) {
      throw await this.#explain(error);
    }
  }

  async isLocked(): Promise<boolean> {
    return this.#identities === undefined && (await isEncryptedFile(this.#file));
  }

  async proveStored(abortSignal?: AbortSignal): Promise<BackupProof> {
    const { measure, proof } = this.#measure(abortSignal);
    for await (const chunk of this.#file.chunks(false)) measure(chunk);
    this.prove(proof(), this.manifest?.items ?? 0);
    return proof();
  }

  /** Takes the bytes as they are stored, and proves what it took. */
  #measure(abortSignal?: AbortSignal): {
    readonly measure: (chunk: Buffer) => void;
    readonly proof: () => BackupProof;
  } {
    const hash = createHash('sha256');
    let bytes = 0;
    const measure = (chunk: Buffer): void => {
      abortSignal?.throwIfAborted();
      hash.update(chunk);
      bytes += chunk.length;
    };
    return { measure, proof: () => ({ bytes, sha256: hash.copy().digest('hex') }) };
  }

  prove(proof: BackupProof, items: number): void {
    if (this.manifest === undefined || (this.#isProvedBy(proof) && items === this.manifest.items)) return;
    const { file, items: expectedItems } = this.manifest;
    const difference =
      proof.bytes !== file.bytes
        ? `it has ${proof.bytes} bytes, its manifest says ${file.bytes}`
        : proof.sha256 !== file.sha256
          ? `its SHA-256 is ${proof.sha256}, its manifest says ${file.sha256}`
          : `it has ${items} items, its manifest says ${expectedItems}`;
    throw new CorruptBackupError(`${this.name} is damaged: ${difference}.`, CORRUPT_ADVICE);
  }

  placeOf(line: number): LinePlace {
    return { file: this.name, line, unit: unitOf(this.#layout) };
  }

  checkpoint<State extends object>(name: string): Checkpoint<State> {
    return new Checkpoint(this.#at.storage, `${this.#at.name}.${name}`);
  }

  #textOptions(keep: boolean, measure: (chunk: Buffer) => void): TextOptions {
    return {
      packing: this.manifest?.file.compression,
      identities: this.#identities,
      recipients: this.manifest?.encryption?.recipients,
      keep,
      measure,
      advice: CORRUPT_ADVICE,
    };
  }

  /** That no secret key opens a file may be since its beginning is damaged. */
  async #explain(error: unknown): Promise<unknown> {
    if (!(error instanceof FileLockedError && error.hasOtherKeys && this.provable)) return error;
    return this.proveStored().then(
      () => error,
      (damage: unknown) => damage,
    );
  }

  /** Whether what was read is, to the byte, the file that the manifest was written for. */
  #isProvedBy({ bytes, sha256 }: BackupProof): boolean {
    const file = this.manifest?.file;
    return file !== undefined && file.bytes === bytes && file.sha256 === sha256;
  }
}

const CORRUPT_ADVICE = ['Take an earlier backup (T.<UTC time>.json beside it) or another copy of this one.'];

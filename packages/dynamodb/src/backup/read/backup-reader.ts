import { createHash } from 'node:crypto';
import { Backoff } from '../../aws/retry-policy.ts';
import type { NamedFile } from '../../storage/open-storage.ts';
import type { StoredFile } from '../../storage/storage.ts';
import type { KnownSettings } from '../../tables/named-settings.ts';
import type { TableSchema } from '../../tables/schema.ts';
import { CorruptBackupError } from '../errors.ts';
import type { LinePlace } from '../format/line-place.ts';
import { countEndedLines, type Line } from '../format/lines.ts';
import { type BackupManifest, type ScanTime, scanTimeOf, settingsOfManifest } from '../format/manifest.ts';
import { type Layout, unitOf } from '../layout/layout.ts';
import { findPacking, type Packing, readText } from '../layout/packing.ts';
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

  private constructor(file: StoredFile, manifest: BackupManifest | undefined, at: NamedFile) {
    this.name = file.name;
    this.manifest = manifest;
    this.#file = file;
    this.#at = at;
  }

  /**
   * Opens a data file.
   * @param calledAs what to call it in messages, if not by its path or URL
   * @throws FileError, StorageError if there is none; ManifestError
   */
  static async open(at: NamedFile, calledAs?: string): Promise<BackupReader> {
    const { storage, name } = at;
    const backoff = new Backoff(PAUSES);
    for (let tries = 1; ; tries += 1) {
      const file = await storage.open(name, calledAs);
      try {
        const manifest = await findManifest(storage, name, file.status);
        const current = await storage.find(name);
        const isReplaced = current !== undefined && current.version !== file.status.version;
        if (!isReplaced || tries === MAX_OPEN_TRIES) return new BackupReader(file, manifest, at);
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
    const packing = await this.#packing();
    const { measure, proof } = this.#measure();
    const layout = this.manifest === undefined ? undefined : 'lines';
    const reading = await readFile(this.#file, { packing, keep, measure, advice: CORRUPT_ADVICE, layout, schema });
    this.#layout = reading.layout;
    const { incomplete } = yield* reading.runs;
    return { ...proof(), layout: reading.layout, incomplete };
  }

  async proveUnread(abortSignal?: AbortSignal): Promise<BackupProof | undefined> {
    if (this.manifest === undefined) return undefined;
    const packing = await this.#packing();
    const { measure, proof } = this.#measure(abortSignal);
    const text = readText(this.#file, { packing, keep: false, measure, advice: CORRUPT_ADVICE });
    const lines = await countEndedLines(text);
    const isProved = this.#isProvedBy(proof()) && lines === this.manifest.items;
    return isProved ? proof() : undefined;
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

  /** @throws CorruptBackupError if the manifest calls a gzipped file a plain one, or the other way round */
  async #packing(): Promise<Packing> {
    const packing = await findPacking(this.#file);
    const said = this.manifest?.file.compression;
    // A table without items is an empty file in either case.
    if (said === undefined || this.#file.status.size === 0 || said === packing) return packing;
    throw new CorruptBackupError(
      `${this.name} is damaged: it is ${packing === 'gzip' ? '' : 'not '}gzipped, its manifest says the opposite.`,
      CORRUPT_ADVICE,
    );
  }

  /** Whether what was read is, to the byte, the file that the manifest was written for. */
  #isProvedBy({ bytes, sha256 }: BackupProof): boolean {
    const file = this.manifest?.file;
    return file !== undefined && file.bytes === bytes && file.sha256 === sha256;
  }
}

const CORRUPT_ADVICE = ['Take an earlier backup (T.<UTC time>.json beside it) or another copy of this one.'];

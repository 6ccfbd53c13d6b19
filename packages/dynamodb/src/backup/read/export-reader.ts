import { createHash } from 'node:crypto';
import { FileError, StorageError } from '../../storage/errors.ts';
import type { Storage, StoredFile } from '../../storage/storage.ts';
import { CorruptBackupError } from '../errors.ts';
import type { LinePlace } from '../format/line-place.ts';
import type { Line } from '../format/lines.ts';
import type { Layout } from '../layout/layout.ts';
import { findPacking } from '../layout/packing.ts';
import { readFile } from '../layout/read-file.ts';
import { Checkpoint } from '../store/checkpoint.ts';
import type { BackupRead, BackupSource, LinesOptions } from './backup-source.ts';
import { EXPORT_ADVICE, type ExportDescription, type ExportedFile, readExportFolder } from './export-manifest.ts';

/**
 * An export that DynamoDB wrote, read like one long file: its data files in the order of their manifest, each proved by
 * the MD5 and the number of items in the manifest.
 */
export class ExportReader implements BackupSource {
  readonly name: string;
  readonly provable = true;
  readonly schema = undefined;
  readonly settings = undefined;
  readonly #folder: Storage;
  readonly #description: ExportDescription;
  /** For each file that was read, how many lines are in those before it. */
  readonly #linesBefore: number[] = [];
  /** A caller that stops before the last line leaves one open. */
  readonly #openFiles = new Set<StoredFile>();

  private constructor(folder: Storage, description: ExportDescription) {
    this.name = description.folder;
    this.#folder = folder;
    this.#description = description;
  }

  /** @throws what {@link readExport} throws */
  static async open(folder: Storage): Promise<ExportReader> {
    return new ExportReader(folder, await readExportFolder(folder));
  }

  get items(): number {
    return this.#description.itemCount;
  }

  get expectedItems(): number {
    return this.items;
  }

  get tableName(): string | undefined {
    return /:table\/([^/]+)$/.exec(this.#description.tableArn)?.[1];
  }

  get #layout(): Layout {
    return this.#description.format === 'ION' ? 'ion' : 'lines';
  }

  async *lines({ keep = false }: LinesOptions = {}): AsyncGenerator<Iterable<Line>, BackupRead> {
    const sha256 = createHash('sha256');
    const layout = this.#layout;
    let bytes = 0;
    let linesBefore = 0;
    for (const [index, exported] of this.#description.files.entries()) {
      this.#linesBefore[index] = linesBefore;
      const file = await this.#open(exported);
      this.#openFiles.add(file);
      try {
        const md5 = createHash('md5');
        const measure = (chunk: Buffer): void => {
          md5.update(chunk);
          sha256.update(chunk);
          bytes += chunk.length;
        };
        const packing = await findPacking(file);
        const { runs } = await readFile(file, { packing, keep, measure, advice: EXPORT_ADVICE, layout, linesBefore });
        const { lines, filled } = yield* runs;
        checkFile(exported, md5.digest('base64'), filled);
        linesBefore += lines;
      } finally {
        this.#openFiles.delete(file);
        await file.close();
      }
    }
    return { bytes, sha256: sha256.digest('hex'), layout };
  }

  /** An export does not name the table's key, so each line has to be checked. */
  async proveUnread(): Promise<undefined> {
    return undefined;
  }

  /** Each file was compared with its manifest when it was read, and the manifests with each other. */
  prove(): void {}

  placeOf(line: number): LinePlace {
    const index = this.#linesBefore.findLastIndex((before) => before < line);
    const { name } = this.#description.files[index] ?? this;
    return { file: name, line: line - (this.#linesBefore[index] ?? 0) };
  }

  checkpoint<State extends object>(name: string): Checkpoint<State> {
    return new Checkpoint(this.#folder, name);
  }

  async close(): Promise<void> {
    for (const file of this.#openFiles) await file.close();
    this.#openFiles.clear();
  }

  async #open({ name, path }: ExportedFile): Promise<StoredFile> {
    try {
      return await this.#folder.open(path);
    } catch (error) {
      if (!(error instanceof FileError || error instanceof StorageError)) throw error;
      throw new CorruptBackupError(`${name} of the export is missing: ${error.message}`, EXPORT_ADVICE, error);
    }
  }
}

function checkFile({ name, md5, itemCount }: ExportedFile, readMd5: string, items: number): void {
  const difference =
    readMd5 !== md5
      ? `its MD5 is ${readMd5}, the export's manifest says ${md5}`
      : items !== itemCount
        ? `it has ${items} items, the export's manifest says ${itemCount}`
        : undefined;
  if (difference !== undefined) throw new CorruptBackupError(`${name} is damaged: ${difference}.`, EXPORT_ADVICE);
}

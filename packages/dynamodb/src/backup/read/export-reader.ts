import { FileError, StorageError } from '../../storage/errors.ts';
import { openStorage, type StorageOptions } from '../../storage/open-storage.ts';
import type { Storage, StoredFile } from '../../storage/storage.ts';
import { CorruptBackupError } from '../errors.ts';
import type { LinePlace } from '../format/line-place.ts';
import type { Line } from '../format/lines.ts';
import { Checkpoint } from '../store/checkpoint.ts';
import type { BackupRead, BackupSource, LinesOptions } from './backup-source.ts';
import {
  EXPORT_ADVICE,
  type ExportDescription,
  type ExportedFile,
  readExportFolder,
  sharedFolderOf,
} from './export-manifest.ts';
import { FileSeries } from './file-series.ts';

/**
 * An export that DynamoDB wrote, read like one long file: its data files in the order of their manifest, each proved by
 * the MD5 and the number of items in the manifest.
 */
export class ExportReader implements BackupSource {
  readonly name: string;
  readonly provable = true;
  readonly schema = undefined;
  readonly settings = undefined;
  /** What its manifests say. */
  readonly description: ExportDescription;
  readonly #folder: Storage;
  readonly #series: FileSeries;

  private constructor(folder: Storage, shared: Storage, description: ExportDescription) {
    this.name = description.folder;
    this.#folder = folder;
    this.description = description;
    const layout = layoutOf(description);
    this.#series = new FileSeries(
      description.files.map((file) => ({
        name: file.name,
        layout,
        open: () => openFile(file.isShared ? shared : folder, file),
        check: ({ filled }, md5) => checkFile(file, md5, filled),
      })),
    );
  }

  /** @throws what {@link readExport} throws */
  static async open(folder: Storage, options: StorageOptions = {}): Promise<ExportReader> {
    const shared = await openStorage(sharedFolderOf(folder), options);
    return new ExportReader(folder, shared, await readExportFolder(folder));
  }

  get items(): number {
    return this.description.itemCount;
  }

  get expectedItems(): number {
    return this.items;
  }

  get tableName(): string | undefined {
    return /:table\/([^/]+)$/.exec(this.description.tableArn)?.[1];
  }

  async *lines(options: LinesOptions = {}): AsyncGenerator<Iterable<Line>, BackupRead> {
    const proof = yield* this.#series.lines({ ...options, advice: EXPORT_ADVICE });
    return { ...proof, layout: layoutOf(this.description) };
  }

  /** An export does not name the table's key, so each line has to be checked. */
  async proveUnread(): Promise<undefined> {
    return undefined;
  }

  /** Each file was compared with its manifest when it was read, and the manifests with each other. */
  prove(): void {}

  placeOf(line: number): LinePlace {
    return this.#series.placeOf(line) ?? { file: this.name, line };
  }

  checkpoint<State extends object>(name: string): Checkpoint<State> {
    return new Checkpoint(this.#folder, name);
  }

  async close(): Promise<void> {
    await this.#series.close();
  }
}

function layoutOf({ format }: ExportDescription): 'ion' | 'lines' {
  return format === 'ION' ? 'ion' : 'lines';
}

async function openFile(folder: Storage, { name, path }: ExportedFile): Promise<StoredFile> {
  try {
    return await folder.open(path);
  } catch (error) {
    if (!(error instanceof FileError || error instanceof StorageError)) throw error;
    throw new CorruptBackupError(`${name} of the export is missing: ${error.message}`, EXPORT_ADVICE, error);
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

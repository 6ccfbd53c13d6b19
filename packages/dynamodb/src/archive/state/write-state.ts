import { promisify } from 'node:util';
import { gzip as gzipCallback } from 'node:zlib';
import { replaceBackup } from '../../backup/back-up/replace-backup.ts';
import { type BackupManifest, encryptionTo, MANIFEST_FORMAT, MANIFEST_VERSION } from '../../backup/format/manifest.ts';
import { countPointers } from '../../backup/format/s3-pointers.ts';
import { SOFTWARE } from '../../backup/format/software.ts';
import { BackupStore } from '../../backup/store/backup-store.ts';
import type { S3Access } from '../../storage/open-storage.ts';
import type { NewFile, Storage } from '../../storage/storage.ts';
import { type ArchiveSource, beginningOf } from './plan-state.ts';
import { itemAt, SortedKeys } from './sorted-keys.ts';

const gzip = promisify(gzipCallback);

/** What is gathered before it is written, in bytes. */
const CHUNK_SIZE = 1024 * 1024;

const LINE_BREAK = Buffer.from('\n');

export interface WriteStateOptions {
  readonly storage: Storage;
  readonly source: ArchiveSource;
  readonly table: string;
  /** In milliseconds since 1970, a whole second. */
  readonly at: number;
  /** Where the file goes: a directory, which is created if it is missing, or `s3://BUCKET/PREFIX`. */
  readonly directory: string;
  readonly s3?: S3Access | undefined;
  /** Secret keys of age for what is encrypted. */
  readonly identities?: readonly string[] | undefined;
  /** Public keys of age to encrypt the file to; it is not encrypted unless given. */
  readonly recipients?: readonly string[] | undefined;
  readonly gzip: boolean;
  /** The time in the backup's name, which then takes no other's place; none unless given. */
  readonly dated?: Date | undefined;
  /** How many earlier backups of the table stay there. */
  readonly keep: number;
  /** What its manifest says of what follows it in the archive; nothing follows unless given. */
  readonly followed?: Pick<NonNullable<BackupManifest['fromArchive']>, 'stream' | 'replaces'> | undefined;
  /** Takes the bytes of each item of the base that was read. */
  readonly onItem?: ((bytes: number) => void) | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/** The state of a table at a second, as a backup. */
export interface WrittenState {
  /** The path or URL. */
  readonly file: string;
  readonly manifest: BackupManifest;
}

/** Writes the state of a table at a second as a backup with a manifest. */
export async function writeState(options: WriteStateOptions): Promise<WrittenState> {
  const { storage, s3, identities, recipients, source, table, at, directory, keep, abortSignal, onItem } = options;
  const { bytes: estimatedBytes } = beginningOf(source);
  const target = { directory, s3, recipients, gzip: options.gzip, dated: options.dated, abortSignal };
  const store = await BackupStore.open(target, { name: table, estimatedBytes });
  try {
    await store.enter();
    if (keep > 0) await store.requireKeepable();
    const lines = new LineWriter(await store.create(), options.gzip);
    const sorted = await SortedKeys.read({
      ...{ storage, s3, identities, source, until: at, abortSignal, onItem },
      takeUnchanged: (line) => lines.add(line),
    });
    try {
      for await (const history of sorted.keys()) {
        abortSignal?.throwIfAborted();
        const item = itemAt(history, at / 1000);
        if (item !== undefined) await lines.add(Buffer.from(item));
      }
    } finally {
      await sorted.close();
    }
    const manifest = manifestOf(options, await lines.finish(), sorted.changes);
    await replaceBackup(store, manifest, { keep });
    return { file: store.data, manifest };
  } finally {
    await store.leave();
  }
}

function manifestOf(
  { source, at, storage, recipients, gzip: isPacked, followed }: WriteStateOptions,
  { items, pointersToS3, bytes, sha256 }: WrittenLines,
  changes: number,
): BackupManifest {
  const base = beginningOf(source);
  const time = new Date(at).toISOString();
  return {
    format: MANIFEST_FORMAT,
    formatVersion: MANIFEST_VERSION,
    createdBy: SOFTWARE,
    table: base.table,
    scan: { startedAt: time, endedAt: time, segments: 1, consistentRead: true, resumed: 0 },
    file: { compression: isPacked ? 'gzip' : 'none', bytes, sha256 },
    encryption: encryptionTo(recipients),
    items,
    pointersToS3: pointersToS3 > 0 ? pointersToS3 : undefined,
    fromArchive: {
      at: time,
      base: { file: storage.pathOf(base.name), sha256: base.sha256 },
      changes,
      ...followed,
    },
  };
}

interface WrittenLines {
  readonly items: number;
  readonly pointersToS3: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Gathers lines and writes them, packed or not. */
class LineWriter {
  readonly #file: NewFile;
  readonly #isPacked: boolean;
  #gathered: Buffer[] = [];
  #size = 0;
  #items = 0;
  #pointers = 0;

  constructor(file: NewFile, isPacked: boolean) {
    this.#file = file;
    this.#isPacked = isPacked;
  }

  /** @param line without its end; a copy is made */
  add(line: Buffer): Promise<void> | undefined {
    this.#gathered.push(Buffer.from(line), LINE_BREAK);
    this.#size += line.length + 1;
    this.#items += 1;
    return this.#size < CHUNK_SIZE ? undefined : this.#flush();
  }

  async finish(): Promise<WrittenLines> {
    await this.#flush();
    await this.#file.finish();
    const { bytes, sha256 } = this.#file;
    return { items: this.#items, pointersToS3: this.#pointers, bytes, sha256 };
  }

  async #flush(): Promise<void> {
    if (this.#size === 0) return;
    const text = Buffer.concat(this.#gathered, this.#size);
    this.#gathered = [];
    this.#size = 0;
    this.#pointers += countPointers(text);
    await this.#file.append(this.#isPacked ? await gzip(text) : text);
  }
}

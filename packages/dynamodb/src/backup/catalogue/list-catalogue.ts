import { AccessDeniedError } from '../../aws/errors.ts';
import { runWorkers } from '../../items/workers.ts';
import { FileError } from '../../storage/errors.ts';
import { openStorage, type S3Access } from '../../storage/open-storage.ts';
import type { FileStatus, Storage } from '../../storage/storage.ts';
import { ManifestError, ProofNotesError } from '../errors.ts';
import { type BackupKind, isDataFile, kindOf, manifestName, proofsName, tableOfFile } from '../format/file-names.ts';
import type { BackupManifest } from '../format/manifest.ts';
import type { BackupProofNote } from '../format/proof-notes.ts';
import { findManifest, isOfBackup } from '../store/find-manifest.ts';
import { readProofs } from './proofs-file.ts';

/** Files of a folder whose manifests are read at once. */
const AT_ONCE = 16;

/** A backup of a table, as far as its manifest and the notes of proofs say. */
export interface CataloguedBackup {
  /** The data file: a path or URL. */
  readonly file: string;
  /** The table that it is named after. */
  readonly table: string;
  readonly kind: BackupKind;
  /** Over which time its items were read; undefined without a manifest of this file. */
  readonly startedAt?: Date | undefined;
  readonly endedAt?: Date | undefined;
  readonly items?: number | undefined;
  /** Bytes of the data file, as they are stored. */
  readonly bytes: number;
  /** The SHA-256 that its manifest says, in hexadecimal. */
  readonly sha256?: string | undefined;
  readonly compression?: BackupManifest['file']['compression'] | undefined;
  /** The software that wrote it. */
  readonly createdBy?: string | undefined;
  /** The identity of the table that was read, as `describeTable` has it: another table of the same name has another one. */
  readonly tableId?: string | undefined;
  /**
   * Whether there is a manifest of this file. With `other file`, the manifest is of a file with another size or identity. With
   * `unreadable`, there is one, and {@link TableBackups.problems} has why it says nothing.
   */
  readonly manifest: 'present' | 'absent' | 'other file' | 'unreadable';
  /** What has proved it; none without a manifest that is present. */
  readonly proofs: readonly BackupProofNote[];
  /** The archive that S3 has to restore it from before it can be read, such as `GLACIER`. */
  readonly archivedIn?: string | undefined;
}

/** The backups of a table in a folder. */
export interface TableBackups {
  readonly table: string;
  /** By the start of their reading, the newest first; those of which that is unknown are the last. */
  readonly backups: readonly CataloguedBackup[];
  /** Manifests and notes of proofs that could not be read, and why. What they would say is unknown. */
  readonly problems: readonly CatalogueProblem[];
}

export interface CatalogueProblem {
  /** The path or URL of the file that could not be read, or, for a manifest, of its data file. */
  readonly file: string;
  readonly problem: string;
}

export interface ListCatalogueOptions {
  /** How to ask S3, if the folder is there; with the usual settings unless given. */
  readonly s3?: S3Access | undefined;
  /** Whether a table of this name is in question; all are unless given. */
  readonly tables?: ((table: string) => boolean) | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * All backups of a folder, by tables. It reads manifests and notes of proofs, not data files. The one exception is on disk, after a
 * backup was killed while its manifest got its name: then the data file's hash decides which manifest it has.
 *
 * @param location a directory's path, or `s3://BUCKET/PREFIX`
 * @returns the tables, in the order of their names
 * @throws FileError where there is no such directory; StorageError, AccessDeniedError, ConnectionError, ThrottledError
 * @example
 * ```ts
 * import { listCatalogue } from '@cumulus/dynamodb/backup';
 *
 * for (const { table, backups } of await listCatalogue('s3://my-backups/prod')) {
 *   const proved = backups.find(({ proofs }) => proofs.length > 0);
 *   console.log(table, backups.length, proved?.startedAt);
 * }
 * ```
 */
export async function listCatalogue(
  location: string,
  { s3, tables = () => true, abortSignal }: ListCatalogueOptions = {},
): Promise<readonly TableBackups[]> {
  const storage = await openStorage(location, { s3, abortSignal });
  const names = await storage.list('');
  if (names === undefined) throw new FileError(`${location}: no such file or directory.`, ['Check the path.']);
  const all = new Set(names);
  const dataFiles = names.filter((name) => isBackup(name, all) && tables(tableOfFile(name)));
  const proofs = new Map<string, Proofs>();
  const withNotes = [...new Set(dataFiles.map(tableOfFile))].filter((table) => all.has(proofsName(table)));
  await forEach(withNotes, abortSignal, async (table) => {
    proofs.set(table, await findProofs(storage, table));
  });
  const entries: Entry[] = [];
  await forEach(dataFiles, abortSignal, async (name) => {
    const entry = await catalogue(storage, name, proofs.get(tableOfFile(name))?.notes ?? []);
    if (entry !== undefined) entries.push(entry);
  });
  return [...byTable(entries)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([table, ofTable]) => ({
      table,
      backups: ofTable.map(({ backup }) => backup).sort(newestFirst),
      problems: [...(proofs.get(table)?.problems ?? []), ...ofTable.flatMap(({ problems }) => problems)],
    }));
}

interface Proofs {
  readonly notes: readonly BackupProofNote[];
  readonly problems: readonly CatalogueProblem[];
}

interface Entry {
  readonly backup: CataloguedBackup;
  readonly problems: readonly CatalogueProblem[];
}

function byTable(entries: readonly Entry[]): ReadonlyMap<string, readonly Entry[]> {
  const found = new Map<string, Entry[]>();
  for (const entry of entries) {
    const ofTable = found.get(entry.backup.table);
    if (ofTable === undefined) found.set(entry.backup.table, [entry]);
    else ofTable.push(entry);
  }
  return found;
}

/** A hidden file, such as `._T.json` of macOS, is a backup only if it has a manifest. */
function isBackup(name: string, all: ReadonlySet<string>): boolean {
  return isDataFile(name) && (!name.startsWith('.') || all.has(manifestName(name)));
}

async function findProofs(storage: Storage, table: string): Promise<Proofs> {
  try {
    return { notes: await readProofs(storage, table), problems: [] };
  } catch (error) {
    return { notes: [], problems: [problemOf(error, storage.pathOf(proofsName(table)))] };
  }
}

/** @returns undefined if the file is gone meanwhile */
async function catalogue(
  storage: Storage,
  name: string,
  notes: readonly BackupProofNote[],
): Promise<Entry | undefined> {
  const status = await storage.find(name);
  if (status === undefined) return undefined;
  const { manifest, problems } = await manifestOf(storage, name, status);
  const found = typeof manifest === 'string' ? undefined : manifest;
  return {
    backup: {
      file: storage.pathOf(name),
      table: tableOfFile(name),
      kind: kindOf(name),
      startedAt: found && new Date(found.scan.startedAt),
      endedAt: found && new Date(found.scan.endedAt),
      items: found?.items,
      bytes: status.size,
      sha256: found?.file.sha256,
      compression: found?.file.compression,
      createdBy: found?.createdBy,
      tableId: found?.table.id,
      manifest: typeof manifest === 'string' ? manifest : 'present',
      proofs: notes.filter(({ sha256, bytes }) => sha256 === found?.file.sha256 && bytes === found.file.bytes),
      archivedIn: status.archivedIn,
    },
    problems,
  };
}

async function manifestOf(
  storage: Storage,
  name: string,
  status: FileStatus,
): Promise<{
  readonly manifest: BackupManifest | Exclude<CataloguedBackup['manifest'], 'present'>;
  readonly problems: readonly CatalogueProblem[];
}> {
  try {
    const manifest = await findManifest(storage, name, status);
    if (manifest === undefined) return { manifest: 'absent', problems: [] };
    return { manifest: isOfBackup(manifest, status) ? manifest : 'other file', problems: [] };
  } catch (error) {
    return { manifest: 'unreadable', problems: [problemOf(error, storage.pathOf(name))] };
  }
}

/** What a file that cannot be read leaves unknown is named; anything else fails. */
function problemOf(error: unknown, file: string): CatalogueProblem {
  const isOfFile = [ManifestError, ProofNotesError, AccessDeniedError, FileError].some(
    (Class) => error instanceof Class,
  );
  if (!isOfFile) throw error;
  return { file, problem: (error as Error).message };
}

function newestFirst(one: CataloguedBackup, other: CataloguedBackup): number {
  const [time, otherTime] = [one.startedAt?.getTime() ?? -1, other.startedAt?.getTime() ?? -1];
  if (time !== otherTime) return otherTime - time;
  return one.file < other.file ? 1 : -1;
}

async function forEach<T>(
  all: readonly T[],
  abortSignal: AbortSignal | undefined,
  work: (one: T) => Promise<void>,
): Promise<void> {
  const waiting = all.values();
  await runWorkers(AT_ONCE, abortSignal, async (signal) => {
    for (const one of waiting) {
      signal.throwIfAborted();
      await work(one);
    }
  });
}

import { AccessDeniedError } from '../../aws/errors.ts';
import { FileError } from '../../storage/errors.ts';
import type { FileStatus, Storage } from '../../storage/storage.ts';
import { ManifestError, ProofNotesError } from '../errors.ts';
import { type BackupKind, kindOf, proofsName, tableOfFile } from '../format/file-names.ts';
import type { BackupManifest } from '../format/manifest.ts';
import type { BackupProofNote } from '../format/proof-notes.ts';
import { findManifest, isOfBackup } from '../store/find-manifest.ts';
import { readProofs } from './proofs-file.ts';

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
  /** The public keys that it is encrypted to; undefined if it is not encrypted, or that is unknown. */
  readonly recipients?: readonly string[] | undefined;
  /** The software that wrote it. */
  readonly createdBy?: string | undefined;
  /** The identity of the table that was read, as `describeTable` has it: another table of the same name has another one. */
  readonly tableId?: string | undefined;
  /**
   * Whether there is a manifest of this file. With `other file`, the manifest is of a file with another size or identity. With
   * `unreadable`, there is one, and the problem that is listed with it says why it says nothing.
   */
  readonly manifest: 'present' | 'absent' | 'other file' | 'unreadable';
  /** What has proved it; none without a manifest that is present. */
  readonly proofs: readonly BackupProofNote[];
  /** The archive that S3 has to restore it from before it can be read, such as `GLACIER`. */
  readonly archivedIn?: string | undefined;
}

export interface CatalogueProblem {
  /** The path or URL of the file that could not be read, or, for a manifest, of its data file. */
  readonly file: string;
  readonly problem: string;
}

export interface FoundProofs {
  readonly notes: readonly BackupProofNote[];
  readonly problems: readonly CatalogueProblem[];
}

/** What is known of a data file, and what could not be read. */
export interface CatalogueEntry {
  readonly backup: CataloguedBackup;
  /** The manifest that it has, if that is of this file. */
  readonly found: BackupManifest | undefined;
  readonly problems: readonly CatalogueProblem[];
}

/** The notes of a table's proofs, or why they say nothing. */
export async function findProofs(storage: Storage, table: string): Promise<FoundProofs> {
  try {
    return { notes: await readProofs(storage, table), problems: [] };
  } catch (error) {
    return { notes: [], problems: [problemOf(error, storage.pathOf(proofsName(table)))] };
  }
}

/**
 * What is known of a data file.
 * @param notes those of its table
 * @returns undefined if there is no such file
 */
export async function findEntry(
  storage: Storage,
  name: string,
  notes: readonly BackupProofNote[],
): Promise<CatalogueEntry | undefined> {
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
      recipients: found?.encryption?.recipients,
      createdBy: found?.createdBy,
      tableId: found?.table.id,
      manifest: typeof manifest === 'string' ? manifest : 'present',
      proofs: notes.filter(({ sha256, bytes }) => sha256 === found?.file.sha256 && bytes === found.file.bytes),
      archivedIn: status.archivedIn,
    },
    found,
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

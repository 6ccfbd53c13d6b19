import { openStorageOf, type S3Access } from '../../storage/open-storage.ts';
import { isDataFile, tableOfFile } from '../format/file-names.ts';
import { type ProofKind, withNote } from '../format/proof-notes.ts';
import { SOFTWARE } from '../format/software.ts';
import { findManifest } from '../store/find-manifest.ts';
import { changeProofs } from './proofs-file.ts';

export interface NoteProofOptions {
  /** How to ask S3, if the file is there; with the usual settings unless given. */
  readonly s3?: S3Access | undefined;
  /** What was proved: the SHA-256 of the bytes that were read, in hexadecimal, and their number. */
  readonly sha256: string;
  readonly bytes: number;
  readonly how: ProofKind;
  /** When it was proved; now unless given. */
  readonly at?: Date | undefined;
  /** The table that it was compared with, if it was. */
  readonly table?: string | undefined;
}

/**
 * Notes that a data file was proved, in `<table>.proofs.json` beside it. The note is of the bytes that were read, not of the name:
 * it stays true if another backup takes the name meanwhile, or this one is renamed.
 *
 * @param file the data file: a path, or `s3://BUCKET/KEY`
 * @returns whether it was noted; a file without a manifest, or of an export, is not noted
 * @throws ProofNotesError where something else has the name of the notes; ManifestError, LeaseHeldError, FileError, StorageError,
 *   AccessDeniedError. A caller whose work is the proof itself takes them for warnings.
 * @example
 * ```ts
 * import { noteProof, verifyBackup } from '@cumulus/dynamodb/backup';
 *
 * const file = 'backups/prod-GranulesTable.json';
 * const { proved, sha256, bytes } = await verifyBackup({ file });
 * if (proved) await noteProof(file, { sha256, bytes, how: 'file' });
 * ```
 */
export async function noteProof(
  file: string,
  { s3, sha256, bytes, how, at = new Date(), table }: NoteProofOptions,
): Promise<boolean> {
  if (!isDataFile(file)) return false;
  const { storage, name } = await openStorageOf(file, { s3 });
  if ((await findManifest(storage, name)) === undefined) return false;
  const note = { sha256, bytes, how, at: at.toISOString(), table, createdBy: SOFTWARE };
  await changeProofs(storage, tableOfFile(name), (notes) => withNote(notes, note));
  return true;
}

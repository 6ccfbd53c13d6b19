import { CumulusError } from '../../aws/errors.ts';
import { openStorageOf, type S3Access } from '../../storage/open-storage.ts';
import { CorruptBackupError, InvalidLineError } from '../errors.ts';
import { isDataFile, tableOfFile } from '../format/file-names.ts';
import { findManifest } from '../store/find-manifest.ts';
import { changeProofs } from './proofs-file.ts';

export interface WithdrawProofsOptions {
  /** How to ask S3, if the file is there; with the usual settings unless given. */
  readonly s3?: S3Access | undefined;
  /** Called if the notes could not be removed. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/**
 * Removes the notes of what proved a data file, if an error says that it is damaged: what was proved are not the bytes that are there
 * now. Without this they would still count as protection.
 *
 * @param error why reading the file failed
 * @param file the data file: a path, or `s3://BUCKET/KEY`
 * @example
 * ```ts
 * import { verifyBackup, withdrawIfDamaged } from '@cumulus/dynamodb/backup';
 *
 * const file = 'backups/prod-GranulesTable.json';
 * try {
 *   await verifyBackup({ file });
 * } catch (error) {
 *   await withdrawIfDamaged(error, file);
 *   throw error;
 * }
 * ```
 */
export async function withdrawIfDamaged(
  error: unknown,
  file: string,
  { s3, onWarning }: WithdrawProofsOptions = {},
): Promise<void> {
  if (!(error instanceof CorruptBackupError || error instanceof InvalidLineError)) return;
  try {
    await withdrawProofs(file, s3);
  } catch (failure) {
    if (!(failure instanceof CumulusError)) throw failure;
    onWarning?.(`${file} is damaged, but the proofs that are noted beside it could not be removed: ${failure.problem}`);
  }
}

async function withdrawProofs(file: string, s3: S3Access | undefined): Promise<void> {
  if (!isDataFile(file)) return;
  const { storage, name } = await openStorageOf(file, { s3 });
  const manifest = await findManifest(storage, name);
  if (manifest === undefined) return;
  const { sha256 } = manifest.file;
  await changeProofs(storage, tableOfFile(name), (notes) => {
    const left = notes.filter((note) => note.sha256 !== sha256);
    return left.length === notes.length ? notes : left;
  });
}

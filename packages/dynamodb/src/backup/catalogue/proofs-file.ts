import { Backoff } from '../../aws/retry-policy.ts';
import { LeaseHeldError } from '../../storage/errors.ts';
import type { Lease } from '../../storage/lease.ts';
import type { Storage } from '../../storage/storage.ts';
import { proofsName } from '../format/file-names.ts';
import { type BackupProofNote, formatProofNotes, parseProofNotes } from '../format/proof-notes.ts';

/** A change takes as long as reading and writing a small file: another's is waited for. */
const MAX_TRIES = 10;
const PAUSES = { initialDelay: 100, jitter: 1 };

/**
 * The notes of what has proved the backups of a table.
 * @throws ProofNotesError if the file holds anything else; FileError, StorageError
 */
export async function readProofs(storage: Storage, table: string): Promise<readonly BackupProofNote[]> {
  const name = proofsName(table);
  const content = await storage.read(name, { refuseLinks: true });
  return content === undefined ? [] : parseProofNotes(content.toString('utf8'), storage.pathOf(name));
}

/**
 * Changes the notes of a table, one writer at a time, so that no note is lost. A file that holds anything else is never replaced.
 * @param change gives the new notes; the same array if there is nothing to change
 * @throws ProofNotesError, LeaseHeldError, FileError, StorageError
 */
export async function changeProofs(
  storage: Storage,
  table: string,
  change: (notes: readonly BackupProofNote[]) => readonly BackupProofNote[],
): Promise<void> {
  const lease = await takeLease(storage, proofsName(table));
  try {
    const notes = await readProofs(storage, table);
    const changed = change(notes);
    if (changed === notes) return;
    if (changed.length === 0) await storage.remove(proofsName(table));
    else await storage.write(proofsName(table), formatProofNotes(changed));
  } finally {
    await lease.release();
  }
}

async function takeLease(storage: Storage, name: string): Promise<Lease> {
  const backoff = new Backoff(PAUSES);
  for (let tries = 1; ; tries += 1) {
    try {
      return await storage.lease(name);
    } catch (error) {
      if (!(error instanceof LeaseHeldError) || tries === MAX_TRIES) throw error;
      await backoff.wait();
    }
  }
}

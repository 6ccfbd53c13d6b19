import type { Comparison } from '../backup/compare/compare.ts';
import { type VerifyOptions, verifyBackup } from '../backup/verify.ts';
import { createTemporaryDirectory } from '../storage/disk/temporary-directory.ts';
import { newKey } from '../storage/encryption/new-key.ts';
import { type StateInFile, type StateToFileOptions, stateToFile } from './state-to-file.ts';

export interface CompareAtOptions
  extends Omit<StateToFileOptions, 'directory' | 'gzip' | 'keep' | 'recipients'>,
    Pick<VerifyOptions, 'maxReadUnits'> {
  /** The table to compare with, as it stands now. */
  readonly liveTable: NonNullable<VerifyOptions['liveTable']>;
}

/** A table as it is now, compared with its state at a second. */
export interface ComparedAt extends Pick<StateInFile, 'table' | 'at' | 'items' | 'base' | 'changes' | 'seconds'> {
  /** What was changed after that second is a difference too. `missing` is only in the state, `extra` only in the table. */
  readonly comparison: Comparison;
}

/**
 * Compares a table as it is now with its state at a second, item by item. The state is written into a private temporary file meanwhile.
 *
 * A difference is a result, not an error. If nobody has changed the table since, it shows whether the archive has all of it.
 * @throws TimeNotArchivedError, TableNotArchivedError, ArchiveDamagedError, CorruptBackupError, FileError, StorageError for the archive;
 *   TableNotFoundError, TableReplacedError, KeySchemaMismatchError, ConnectionError, AccessDeniedError, ThrottledError for the table
 * @example
 * ```ts
 * import { compareAt } from '@cumulus/dynamodb/archive';
 * import { createClient } from '@cumulus/dynamodb/aws';
 *
 * const { comparison } = await compareAt({
 *   archive: 's3://my-archive/prod',
 *   table: 'prod-GranulesTable',
 *   at: new Date('2026-11-29T20:32:00Z'),
 *   liveTable: { client: createClient(), name: 'prod-GranulesTable' },
 * });
 * console.log(comparison.equal, comparison.changed, comparison.missing, comparison.extra);
 * ```
 */
export async function compareAt({ liveTable, maxReadUnits, ...options }: CompareAtOptions): Promise<ComparedAt> {
  const startedAt = performance.now();
  const { path: directory, remove } = await createTemporaryDirectory('cumulus-archive');
  try {
    // What is encrypted in the archive is not to lie on the disk as it is, so the file has a key that is in memory only.
    const key = await newKey();
    const { file, table, at, items, base, changes } = await stateToFile({
      ...options,
      directory,
      gzip: false,
      keep: 0,
      recipients: [key.recipient],
    });
    const { abortSignal, onProgress } = options;
    const { comparison } = await verifyBackup({
      ...{ file, identities: [key.identity], liveTable, maxReadUnits, abortSignal, onProgress },
    });
    // Comparing with a table always gives one. The lines are those of a file that is gone.
    const { differences, ...counted } = comparison as Comparison;
    return {
      ...{ table, at, items, base, changes },
      seconds: (performance.now() - startedAt) / 1000,
      comparison: { ...counted, differences: differences.map(({ kind, key }) => ({ kind, key, line: undefined })) },
    };
  } finally {
    await remove();
  }
}

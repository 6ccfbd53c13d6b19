import { ReadingProgress } from '../backup/read/reading-progress.ts';
import type { ProgressListener } from '../items/progress.ts';
import { checkRecipients } from '../storage/encryption/recipients.ts';
import { type ArchivedTableOptions, type OpenedSource, openSource } from './open-archive.ts';
import { beginningOf } from './state/plan-state.ts';
import { type WriteStateOptions, type WrittenState, writeState } from './state/write-state.ts';

export interface StateToFileOptions extends ArchivedTableOptions {
  /** The second, which is rounded down. */
  readonly at: Date;
  /** Where the backup goes, as `TABLE.json` or `TABLE.json.gz`: a directory, which is created if it is missing, or `s3://BUCKET/PREFIX`. */
  readonly directory: string;
  readonly gzip?: boolean | undefined;
  /** How many earlier backups of the table stay there; 1 unless given. */
  readonly keep?: number | undefined;
  /** Public keys of age to encrypt the file to. Those of the archive unless given, if that is encrypted. */
  readonly recipients?: readonly string[] | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/** The state of a table at a second, as a backup. */
export interface StateInFile {
  readonly table: string;
  /** The second. */
  readonly at: Date;
  /** The data file: a path or URL. */
  readonly file: string;
  readonly items: number;
  readonly bytes: number;
  readonly sha256: string;
  /** The base that it was made from: a path or URL. */
  readonly base: string;
  /** How many changes came after the base, up to that second. */
  readonly changes: number;
  readonly seconds: number;
}

/**
 * Writes the state of a table at a second into a backup with a manifest, which is as any other. Base and changes are read once, in
 * bounded memory. A key that has changed often is written once.
 * @throws TimeNotArchivedError for a second that is not archived; ArchiveDamagedError, CorruptBackupError
 * @throws FileError, StorageError, LeaseHeldError, ConnectionError, AccessDeniedError, ThrottledError, InterruptedError
 * @example
 * ```ts
 * import { stateToFile } from '@cumulus/dynamodb/archive';
 *
 * const { file, items } = await stateToFile({
 *   archive: 's3://my-archive/prod',
 *   table: 'prod-GranulesTable',
 *   at: new Date('2026-11-29T20:32:00Z'),
 *   directory: 'at-2032',
 * });
 * console.log(`${items} items in ${file}`);
 * ```
 */
export async function stateToFile(options: StateToFileOptions): Promise<StateInFile> {
  const startedAt = performance.now();
  await checkRecipients(options.recipients);
  const opened = await openSource(options, options.at);
  const { directory, gzip = true, keep = 1, recipients = opened.recipients } = options;
  const state = await writeStateTo(options, opened, { directory, gzip, keep, recipients });
  return describeState(options.table, opened.at, state, secondsSince(startedAt));
}

type StateSource = Pick<StateToFileOptions, 'table' | 's3' | 'identities' | 'abortSignal' | 'onProgress'>;

/** Writes the state of what was opened. */
export async function writeStateTo(
  { table, s3, identities, abortSignal, onProgress }: StateSource,
  { storage, source, at }: OpenedSource,
  target: { readonly directory: string; readonly gzip: boolean; readonly keep: number } & Pick<
    WriteStateOptions,
    'recipients'
  >,
): Promise<WrittenState> {
  const { items: expectedItems } = beginningOf(source);
  const progress = new ReadingProgress(onProgress, { phase: 'checking', table, expectedItems });
  return writeState({
    ...{ storage, source, table, at, s3, identities, abortSignal },
    ...target,
    onItem: (bytes) => progress.count(bytes),
  });
}

export function describeState(
  table: string,
  at: number,
  { file, manifest }: WrittenState,
  seconds: number,
): StateInFile {
  return {
    table,
    at: new Date(at),
    file,
    items: manifest.items,
    bytes: manifest.file.bytes,
    sha256: manifest.file.sha256,
    base: manifest.fromArchive?.base.file ?? '',
    changes: manifest.fromArchive?.changes ?? 0,
    seconds,
  };
}

export function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1000;
}

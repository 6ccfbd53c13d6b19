import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Comparison } from '../backup/compare/compare.ts';
import { dataFileName } from '../backup/format/file-names.ts';
import { ReadingProgress } from '../backup/read/reading-progress.ts';
import type { RestoreOptions, RestoreResult } from '../backup/restore/options.ts';
import { restoreTable } from '../backup/restore/restore-table.ts';
import { findManifest } from '../backup/store/find-manifest.ts';
import { verifyBackup } from '../backup/verify.ts';
import type { ProgressListener } from '../items/progress.ts';
import { openStorage } from '../storage/open-storage.ts';
import { type ArchivedTableOptions, type OpenedSource, openSource } from './open-archive.ts';
import { baseOf } from './state/plan-state.ts';
import { type WrittenState, writeState } from './state/write-state.ts';

export interface StateToFileOptions extends ArchivedTableOptions {
  /** The second, which is rounded down. */
  readonly at: Date;
  /** Where the backup goes, as `TABLE.json` or `TABLE.json.gz`: a directory, which is created if it is missing, or `s3://BUCKET/PREFIX`. */
  readonly directory: string;
  readonly gzip?: boolean | undefined;
  /** How many earlier backups of the table stay there; 1 unless given. */
  readonly keep?: number | undefined;
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
  const opened = await openSource(options, options.at);
  const { directory, gzip = true, keep = 1 } = options;
  const state = await writeOpened(options, opened, { directory, gzip, keep });
  return describe(options.table, opened.at, state, startedAt);
}

export interface RestoreAtOptions
  extends ArchivedTableOptions,
    Pick<
      RestoreOptions,
      'client' | 'createTable' | 'existingItems' | 'concurrency' | 'maxWriteUnits' | 'dryRun' | 'onWarning'
    > {
  /** The second, which is rounded down. */
  readonly at: Date;
  /** The table to write to. */
  readonly to: string;
  /**
   * A directory for the state while it is restored, which then stays there: a restore that stopped goes on from it. A temporary one, which
   * is removed, unless given.
   */
  readonly workDirectory?: string | undefined;
  /** Go on where an interrupted restore from the same directory stopped; where there is none, begin. */
  readonly resume?: boolean | undefined;
  /** Whether to compare the table with the state afterwards; true unless given. */
  readonly prove?: boolean | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

export interface RestoreAtResult extends StateInFile {
  readonly restore: RestoreResult;
  /** The comparison of the table with the state, item by item; undefined if it was not to be proved, or nothing was written. */
  readonly comparison: Comparison | undefined;
}

/**
 * Restores a table as it was at a second: writes its state into a file, restores that, and compares the table with it.
 * @throws what {@link stateToFile} and `restoreTable` throw
 * @example
 * ```ts
 * import { restoreAt } from '@cumulus/dynamodb/archive';
 * import { createClient } from '@cumulus/dynamodb/aws';
 *
 * const { items, comparison } = await restoreAt({
 *   client: createClient(),
 *   archive: 's3://my-archive/prod',
 *   table: 'prod-GranulesTable',
 *   at: new Date('2026-11-29T20:32:00Z'),
 *   to: 'prod-GranulesTable-2032',
 *   createTable: true,
 * });
 * console.log(items, comparison?.equal);
 * ```
 */
export async function restoreAt(options: RestoreAtOptions): Promise<RestoreAtResult> {
  const startedAt = performance.now();
  const opened = await openSource(options, options.at);
  const { workDirectory } = options;
  const directory = workDirectory ?? (await mkdtemp(join(tmpdir(), 'cumulus-archive-')));
  try {
    const found = workDirectory === undefined ? undefined : await findState(options, opened, directory);
    const state = found ?? (await writeOpened(options, opened, { directory, gzip: false, keep: 0 }));
    const { client, to: table, abortSignal, onProgress, onWarning, dryRun, prove = true } = options;
    const { createTable, existingItems, concurrency, maxWriteUnits, resume } = options;
    const restore = await restoreTable({
      ...{ client, table, file: state.file, createTable, existingItems, concurrency, maxWriteUnits, dryRun },
      ...{ resume: resume ?? false, resumable: workDirectory !== undefined, abortSignal, onProgress, onWarning },
    });
    const verified =
      prove && !dryRun
        ? await verifyBackup({ file: state.file, liveTable: { client, name: table }, abortSignal, onProgress })
        : undefined;
    return { ...describe(options.table, opened.at, state, startedAt), restore, comparison: verified?.comparison };
  } finally {
    if (workDirectory === undefined) await rm(directory, { recursive: true, force: true });
  }
}

/** The state that an interrupted restore has left. */
async function findState(
  { table, s3 }: RestoreAtOptions,
  { at, source }: OpenedSource,
  directory: string,
): Promise<WrittenState | undefined> {
  const storage = await openStorage(directory, { s3 });
  const name = dataFileName(table);
  if ((await storage.find(name)) === undefined) return undefined;
  const manifest = await findManifest(storage, name);
  const { fromArchive } = manifest ?? {};
  const isIt =
    fromArchive?.at === new Date(at).toISOString() && fromArchive.base.sha256 === baseOf(source).manifest.file.sha256;
  return manifest === undefined || !isIt ? undefined : { file: storage.pathOf(name), manifest };
}

async function writeOpened(
  { table, s3, abortSignal, onProgress }: StateToFileOptions | RestoreAtOptions,
  { storage, source, at }: OpenedSource,
  target: { readonly directory: string; readonly gzip: boolean; readonly keep: number },
): Promise<WrittenState> {
  const { items: expectedItems } = baseOf(source).manifest;
  const progress = new ReadingProgress(onProgress, { phase: 'checking', table, expectedItems });
  return writeState({
    ...{ storage, source, table, at, s3, abortSignal },
    ...target,
    onItem: (bytes) => progress.count(bytes),
  });
}

function describe(table: string, at: number, { file, manifest }: WrittenState, startedAt: number): StateInFile {
  return {
    table,
    at: new Date(at),
    file,
    items: manifest.items,
    bytes: manifest.file.bytes,
    sha256: manifest.file.sha256,
    base: manifest.fromArchive?.base.file ?? '',
    changes: manifest.fromArchive?.changes ?? 0,
    seconds: (performance.now() - startedAt) / 1000,
  };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Comparison } from '../backup/compare/compare.ts';
import { TargetNotEmptyError } from '../backup/errors.ts';
import { dataFileName } from '../backup/format/file-names.ts';
import { ReadingProgress } from '../backup/read/reading-progress.ts';
import type { RestoreOptions, RestoreResult } from '../backup/restore/options.ts';
import { restoreTable } from '../backup/restore/restore-table.ts';
import { findManifest } from '../backup/store/find-manifest.ts';
import { verifyBackup } from '../backup/verify.ts';
import type { ProgressListener } from '../items/progress.ts';
import { explainFileError } from '../storage/disk/errors.ts';
import { newKey } from '../storage/encryption/new-key.ts';
import { checkRecipients } from '../storage/encryption/recipients.ts';
import { FileError } from '../storage/errors.ts';
import { openStorage } from '../storage/open-storage.ts';
import { type ArchivedTableOptions, type OpenedSource, openSource } from './open-archive.ts';
import { type RestoredPayloads, restorePayloads } from './payloads/restore-payloads.ts';
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
  const state = await writeOpened(options, opened, { directory, gzip, keep, recipients });
  return describe(options.table, opened.at, state, secondsSince(startedAt));
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
   * A directory for the state while it is restored, as a backup, which then stays there: a restore that stopped goes on from it. A temporary
   * one, which is removed, unless given.
   */
  readonly workDirectory?: string | undefined;
  /** Go on where an interrupted restore from the same directory stopped; where there is none, begin. */
  readonly resume?: boolean | undefined;
  /** Whether to compare the table with the state afterwards; true unless given. */
  readonly prove?: boolean | undefined;
  /** Whether to put back objects in S3, before the items that point to them, where they are missing; false unless given. */
  readonly withPayloads?: boolean | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

export interface RestoreAtResult extends StateInFile {
  /** Undefined if an earlier run had restored the whole table, which was found equal. */
  readonly restore: RestoreResult | undefined;
  /** The comparison of the table with the state, item by item; undefined if it was not to be proved, or nothing was written. */
  readonly comparison: Comparison | undefined;
  /** What became of the objects in S3 that items point to; undefined unless they were to be put back. */
  readonly payloads: RestoredPayloads | undefined;
}

/**
 * Restores a table as it was at a second: writes its state into a file, restores that, and compares the table with it. Base and changes are
 * proved before anything is written to the table.
 * @throws FileError for a work directory with another backup of the table; what {@link stateToFile} and `restoreTable` throw
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
  const prepared = await prepareRestoreAt(options);
  try {
    return await prepared.restore();
  } finally {
    await prepared.discard();
  }
}

/** A state that was proved and written into a file, and is to be restored. */
export interface PreparedRestoreAt {
  /** Restores the file, and compares the table with it. @throws what `restoreTable` throws */
  readonly restore: () => Promise<RestoreAtResult>;
  /** Removes the file, unless it lies in a work directory. It may be called again. */
  readonly discard: () => Promise<void>;
}

/**
 * The first part of {@link restoreAt}: proves base and changes, and writes the state into a file. With several tables, prepare all of
 * them before the first is restored: then nothing is written if the archive of one is damaged.
 * @throws FileError for a work directory with another backup of the table; what {@link stateToFile} throws
 * @example
 * ```ts
 * import { prepareRestoreAt } from '@cumulus/dynamodb/archive';
 * import { createClient } from '@cumulus/dynamodb/aws';
 *
 * const given = { client: createClient(), archive: 'my-archive', at: new Date('2026-11-29T20:32:00Z'), createTable: true };
 * const rules = await prepareRestoreAt({ ...given, table: 'prod-RulesTable', to: 'new-RulesTable' });
 * const granules = await prepareRestoreAt({ ...given, table: 'prod-GranulesTable', to: 'new-GranulesTable' });
 * for (const { restore, discard } of [rules, granules]) await restore().finally(discard);
 * ```
 */
export async function prepareRestoreAt(options: RestoreAtOptions): Promise<PreparedRestoreAt> {
  const { workDirectory } = options;
  const directory = workDirectory ?? (await temporaryDirectory());
  const discard = async (): Promise<void> => {
    if (workDirectory === undefined) await rm(directory, { recursive: true, force: true });
  };
  try {
    const prepared = await prepareIn(directory, options);
    return { restore: () => restorePrepared(prepared, options), discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

/** @throws FileError */
async function temporaryDirectory(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'cumulus-archive-'));
  } catch (error) {
    throw explainFileError(error, tmpdir());
  }
}

interface PreparedState {
  readonly opened: OpenedSource;
  readonly state: WrittenState;
  /** Whether an earlier run had written it. */
  readonly isContinued: boolean;
  readonly identities: readonly string[] | undefined;
  readonly seconds: number;
}

async function prepareIn(directory: string, options: RestoreAtOptions): Promise<PreparedState> {
  const startedAt = performance.now();
  const opened = await openSource(options, options.at);
  const key = opened.recipients === undefined ? undefined : await keyOf(options, opened.recipients);
  const { identities, recipients } = key ?? {};
  const found = await findState(options, opened, directory, key !== undefined);
  const isContinued = options.resume === true && found !== undefined;
  const target = { directory, gzip: false, keep: 0, recipients };
  const state = isContinued ? found : await writeOpened(options, opened, target);
  return { opened, state, isContinued, identities, seconds: secondsSince(startedAt) };
}

async function restorePrepared(
  { opened, state, isContinued, identities, seconds }: PreparedState,
  options: RestoreAtOptions,
): Promise<RestoreAtResult> {
  const startedAt = performance.now();
  const { storage, at } = opened;
  const payloads = options.withPayloads
    ? await restorePayloads({ ...options, storage, at, file: state.file, identities })
    : undefined;
  const described = () => ({ ...describe(options.table, at, state, seconds + secondsSince(startedAt)), payloads });
  const { client, to: table, s3, abortSignal, onProgress, onWarning, dryRun, prove = true } = options;
  const compare = async (): Promise<Comparison | undefined> => {
    const liveTable = { client, name: table };
    const compared = { file: state.file, s3, identities, liveTable, abortSignal, onProgress };
    return (await verifyBackup(compared)).comparison;
  };
  try {
    const { createTable, existingItems, concurrency, maxWriteUnits, resume } = options;
    const restore = await restoreTable({
      ...{
        client,
        table,
        file: state.file,
        s3,
        identities,
        createTable,
        existingItems,
        concurrency,
        maxWriteUnits,
        dryRun,
      },
      ...{ resume, resumable: options.workDirectory !== undefined, abortSignal, onProgress, onWarning },
    });
    const comparison = prove && !dryRun ? await compare() : undefined;
    return { ...described(), restore, comparison };
  } catch (error) {
    if (!isContinued || !(error instanceof TargetNotEmptyError)) throw error;
    // It may have been stopped after its last item.
    const comparison = await compare();
    if (comparison?.equal !== true) throw error;
    return { ...described(), restore: undefined, comparison };
  }
}

/**
 * The key of the file that lies in between, since what is encrypted in an archive is not to lie on a disk as it is. A file that stays has
 * the recipients of the archive. A temporary one has a key that is in memory only.
 */
async function keyOf(
  { workDirectory, identities }: RestoreAtOptions,
  recipients: readonly string[],
): Promise<{ readonly identities: readonly string[] | undefined; readonly recipients: readonly string[] }> {
  if (workDirectory !== undefined) return { identities, recipients };
  const { identity, recipient } = await newKey();
  return { identities: [identity], recipients: [recipient] };
}

/**
 * The state that an earlier run has left.
 * @throws FileError for any other backup of the table, which would be replaced
 */
async function findState(
  { table, s3 }: RestoreAtOptions,
  { at, source }: OpenedSource,
  directory: string,
  isEncrypted: boolean,
): Promise<WrittenState | undefined> {
  const storage = await openStorage(directory, { s3 });
  const name = dataFileName(table, { encrypted: isEncrypted });
  if ((await storage.find(name)) === undefined) return undefined;
  const manifest = await findManifest(storage, name);
  const { fromArchive, table: of } = manifest ?? {};
  const time = new Date(at).toISOString();
  const base = beginningOf(source);
  const isSame = fromArchive?.at === time && fromArchive.base.sha256 === base.sha256 && of?.arn === base.table.arn;
  if (manifest !== undefined && isSame) return { file: storage.pathOf(name), manifest };
  const what =
    fromArchive === undefined
      ? 'is not a state of an archive'
      : fromArchive.at === time
        ? 'is of another archive, or of another base'
        : `is the state at ${fromArchive.at}, not at ${time}`;
  throw new FileError(`${storage.pathOf(name)} ${what}.`, [
    'Nothing was written.',
    'Use another work directory, or move this file away.',
  ]);
}

async function writeOpened(
  { table, s3, identities, abortSignal, onProgress }: StateToFileOptions | RestoreAtOptions,
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

function describe(table: string, at: number, { file, manifest }: WrittenState, seconds: number): StateInFile {
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

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1000;
}

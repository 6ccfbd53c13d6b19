import type { Comparison } from '../backup/compare/compare.ts';
import { TargetNotEmptyError } from '../backup/errors.ts';
import { dataFileName } from '../backup/format/file-names.ts';
import type { RestoreOptions, RestoreResult } from '../backup/restore/options.ts';
import { restoreTable } from '../backup/restore/restore-table.ts';
import { findManifest } from '../backup/store/find-manifest.ts';
import { verifyBackup } from '../backup/verify.ts';
import type { ProgressListener } from '../items/progress.ts';
import { createTemporaryDirectory } from '../storage/disk/temporary-directory.ts';
import { newKey } from '../storage/encryption/new-key.ts';
import { FileError } from '../storage/errors.ts';
import { openStorage } from '../storage/open-storage.ts';
import { type ArchivedTableOptions, type OpenedSource, openSource } from './open-archive.ts';
import { type RestoredPayloads, restorePayloads } from './payloads/restore-payloads.ts';
import { beginningOf } from './state/plan-state.ts';
import type { WrittenState } from './state/write-state.ts';
import { describeState, type StateInFile, secondsSince, writeStateTo } from './state-to-file.ts';

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
 * @throws FileError for a work directory with another backup of the table; what `stateToFile` and `restoreTable` throw
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
 * @throws FileError for a work directory with another backup of the table; what `stateToFile` throws
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
  const temporary = workDirectory === undefined ? await createTemporaryDirectory('cumulus-archive') : undefined;
  const discard = async (): Promise<void> => temporary?.remove();
  try {
    const prepared = await prepareIn(temporary?.path ?? (workDirectory as string), options);
    return { restore: () => restorePrepared(prepared, options), discard };
  } catch (error) {
    await discard();
    throw error;
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
  const state = isContinued ? found : await writeStateTo(options, opened, target);
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
  const described = () => ({ ...describeState(options.table, at, state, seconds + secondsSince(startedAt)), payloads });
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

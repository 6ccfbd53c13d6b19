import { forEachAtOnce } from '../../aws/workers.ts';
import { manifestName } from '../../backup/format/file-names.ts';
import { verifyBackup } from '../../backup/verify.ts';
import { checkRecipients } from '../../storage/encryption/recipients.ts';
import type { Lease } from '../../storage/lease.ts';
import { openStorage } from '../../storage/open-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { parseArchiveName, pruneName, segmentName } from '../format/names.ts';
import { tablesOf } from '../open-archive.ts';
import { sweepPayloads } from '../payloads/sweep-payloads.ts';
import { provedBase } from '../read/points.ts';
import { readTableArchive, recipientsOf, type TableArchive } from '../read/table-archive.ts';
import { writeMerged } from '../state/write-merged.ts';
import { writeState } from '../state/write-state.ts';
import { DEFAULT_RECENT, type PrunedArchive, type PruneOptions } from './options.ts';
import type { PlannedFile, PresentFile } from './plan-points.ts';
import { type PrunePlan, planPrune } from './plan-prune.ts';
import { type RemovedExport, removedExports, removeExports, writeExportNotes } from './removed-exports.ts';
import { removeShards, writeNotes } from './removed-shards.ts';

/** Files that are looked at, or removed, at once. */
const AT_ONCE = 16;

/**
 * Removes what is older than is to be kept. What lies between two seconds that stay is merged: a file has the last change of each key, and
 * these files follow a base. They are written and read again before anything is removed. Killed at any moment, the archive has every
 * second that stays, and claims none that it does not have; the next pruning goes on.
 *
 * Exports go up to the newest full one by which every end of a window that stays can be restored. Single seconds before that are kept as
 * backups.
 * @param location a directory, or `s3://BUCKET/PREFIX`
 * @throws RangeError without a rule
 * @throws FileLockedError where something is to be merged that is encrypted, and no secret key opens it; then nothing was removed
 * @throws ArchiveDamagedError, CorruptBackupError where something that stays cannot be written; then nothing was removed
 * @throws FileError, StorageError, LeaseHeldError, AccessDeniedError, ConnectionError, ThrottledError
 * @example
 * ```ts
 * import { pruneArchive } from '@cumulus/dynamodb/archive';
 * import { parseSpan } from '@cumulus/dynamodb/backup';
 *
 * const keep = { within: parseSpan('35d'), daily: 90, monthly: 84 };
 * for (const { table, segments, bytes } of await pruneArchive('s3://my-archive/prod', { keep, dryRun: true })) {
 *   console.log(table, segments, bytes);
 * }
 * ```
 */
export async function pruneArchive(location: string, options: PruneOptions): Promise<readonly PrunedArchive[]> {
  if (Object.values(options.keep).every((rule) => rule === undefined)) {
    throw new RangeError('There is no rule that keeps seconds.');
  }
  await checkRecipients(options.recipients);
  const storage = await openStorage(location, options);
  const pruned: PrunedArchive[] = [];
  for (const table of await tablesOf(storage, options.tables)) {
    const result = options.dryRun
      ? await planned(storage, table, options)
      : await underLease(storage, table, (lease) => prune(storage, table, lease, options));
    if (result !== undefined) pruned.push(result);
  }
  if (!options.dryRun) {
    const swept = await sweepPayloads(storage, { ...options, tables: await tablesOf(storage) });
    options.onPayloads?.(swept);
  }
  return pruned;
}

/** One pruning of a table at a time, since each rewrites the note of the others. */
async function underLease<T>(storage: Storage, table: string, work: (lease: Lease) => Promise<T>): Promise<T> {
  const lease = await storage.lease(pruneName(table));
  try {
    return await work(lease);
  } finally {
    await lease.release();
  }
}

async function planned(storage: Storage, table: string, options: PruneOptions): Promise<PrunedArchive | undefined> {
  const archive = await readTableArchive(storage, table, options.abortSignal);
  const plan = planPrune(archive, options.keep, options.recent ?? DEFAULT_RECENT);
  if (plan === undefined) return undefined;
  const names = await namesOf(storage, table, plan, options);
  const sizes = await sizesOf(storage, names, options);
  return describe(storage, table, plan, { sizes, names, keptAsVersions: undefined });
}

/** In an order in which no step leaves a claim that is not true: what stays, then the notes, then segments, exports and files that go. */
async function prune(
  storage: Storage,
  table: string,
  lease: Lease,
  options: PruneOptions,
): Promise<PrunedArchive | undefined> {
  const { abortSignal } = options;
  const archive = await readTableArchive(storage, table, abortSignal);
  const plan = planPrune(archive, options.keep, options.recent ?? DEFAULT_RECENT);
  if (plan === undefined) return undefined;
  const isMerged = (name: string): boolean => parseArchiveName(name)?.kind === 'merged';
  await storage.removeUnfinished(`${table}.`, isMerged);
  const names = await namesOf(storage, table, plan, options);
  const kept = await writePoints(storage, archive, plan, options);
  abortSignal?.throwIfAborted();
  const sizes = await sizesOf(storage, names, options);
  await lease.check();
  const going = [...archive.left, ...plan.files.flatMap(({ name, isBackup }) => (isBackup ? [name] : []))];
  await writeNotes(storage, table, plan.streams, [...kept, ...plan.points.roots], going);
  await writeExportNotes(storage, table, plan.exports, kept, going);
  let keptAsVersions = 0;
  await forEachAtOnce(names.segments, AT_ONCE, abortSignal, async (name) => {
    if (await storage.remove(name)) keptAsVersions += 1;
  });
  await removeShards(storage, table, plan.streams);
  keptAsVersions += await removeExports(storage, names.exports, lease, abortSignal);
  for (const { name, isBackup } of plan.files) {
    abortSignal?.throwIfAborted();
    await lease.check();
    if (await storage.remove(name)) keptAsVersions += 1;
    if (isBackup) await storage.remove(manifestName(name));
  }
  for (const name of archive.left) await storage.remove(manifestName(name));
  return describe(storage, table, plan, { sizes, names, keptAsVersions });
}

/** @returns the files by which all seconds are kept */
async function writePoints(
  storage: Storage,
  archive: TableArchive,
  { points }: PrunePlan,
  options: PruneOptions,
): Promise<readonly PresentFile[]> {
  const ends = new Map(points.present);
  for (const planned of points.writes) {
    const previous = planned.previous === undefined ? undefined : ends.get(planned.previous);
    ends.set(planned.at, await writePoint(storage, archive, planned, previous, options));
  }
  return [...ends.values()];
}

async function writePoint(
  storage: Storage,
  archive: TableArchive,
  { name, at, source, after, label, replaces }: PlannedFile,
  previous: PresentFile | undefined,
  { s3, identities, recipients = recipientsOf(archive), abortSignal }: PruneOptions,
): Promise<PresentFile> {
  const { table } = archive;
  if (after === undefined || source.kind === 'exports' || label === undefined) {
    const target = { directory: storage.location, dated: new Date(at), gzip: true, keep: 0 };
    const followed = label === undefined ? undefined : { stream: label, ...(replaces === null ? {} : { replaces }) };
    const { file, manifest } = await writeState({
      ...{ storage, source, table, at, s3, identities, recipients, abortSignal, followed },
      ...target,
    });
    await verifyBackup({ file, s3, abortSignal });
    return { name, sha256: manifest.file.sha256, label, replaces };
  }
  const { base } = source.kind === 'range' ? source.range : source.point;
  const { arn, id } = base.manifest.table;
  const follows = previous === undefined ? provedBase(base) : { name: previous.name, sha256: previous.sha256 };
  const header = {
    table: { name: table, arn, id },
    stream: { label, arn: `${arn}/stream/${label}` },
    after: new Date(after).toISOString(),
    previous: follows,
    replaces,
  };
  const written = await writeMerged({ storage, name, source, at, header, identities, recipients, abortSignal });
  return { ...written, label, replaces };
}

interface RemovedNames {
  readonly segments: readonly string[];
  readonly files: readonly string[];
  readonly exports: readonly RemovedExport[];
}

async function namesOf(
  storage: Storage,
  table: string,
  { streams, files, exports }: PrunePlan,
  options: PruneOptions,
): Promise<RemovedNames> {
  const segments = streams.flatMap(({ stream, shards }) =>
    [...stream.leftShards, ...shards].flatMap(({ id, numbers }) =>
      numbers.map((number) => segmentName({ table, label: stream.stream.label, shard: id }, number)),
    ),
  );
  return {
    segments,
    files: files.map(({ name }) => name),
    exports: await removedExports(storage, exports, options),
  };
}

/** What some files take. */
type Sizes = Pick<PrunedArchive, 'bytes' | 'locked'>;

async function sizesOf(
  storage: Storage,
  { segments, files, exports }: RemovedNames,
  { abortSignal }: Pick<PruneOptions, 'abortSignal'>,
): Promise<Sizes> {
  const now = new Date();
  let bytes = 0;
  const locked = { files: 0, bytes: 0, until: undefined as Date | undefined };
  const ofExports = exports.flatMap(({ data, others }) => [...data, ...others]);
  await forEachAtOnce([...segments, ...files, ...ofExports], AT_ONCE, abortSignal, async (name) => {
    const { size, lockedUntil } = (await storage.find(name)) ?? { size: 0 };
    bytes += size;
    if (lockedUntil === undefined || lockedUntil <= now) return;
    locked.files += 1;
    locked.bytes += size;
    if (locked.until === undefined || lockedUntil > locked.until) locked.until = lockedUntil;
  });
  return { bytes, locked };
}

function describe(
  storage: Storage,
  table: string,
  { wholeFrom, to, seconds, points, streams }: PrunePlan,
  {
    sizes,
    names,
    keptAsVersions,
  }: { readonly sizes: Sizes; readonly names: RemovedNames; readonly keptAsVersions: number | undefined },
): PrunedArchive {
  const heads = streams.flatMap(({ shards }) => shards.flatMap(({ head }) => head?.header ?? []));
  return {
    table,
    wholeFrom: new Date(wholeFrom),
    to: new Date(to),
    points: seconds.map(([at, reasons]) => ({ at: new Date(at), reasons })),
    written: points.writes.length,
    files: names.files.map((name) => storage.pathOf(name)),
    exports: names.exports.map(({ folder }) => storage.pathOf(folder)),
    segments: names.segments.length,
    changes: heads.reduce((sum, { total }) => sum + total.changes, 0),
    ...sizes,
    keptAsVersions,
    dryRun: keptAsVersions === undefined,
  };
}

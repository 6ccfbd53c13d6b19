import { manifestName } from '../../backup/format/file-names.ts';
import type { Storage } from '../../storage/storage.ts';
import { prunedName, segmentName } from '../format/names.ts';
import { formatPruned } from '../format/notes.ts';
import { openArchive, tablesOf } from '../open-archive.ts';
import { readTableArchive, type TableArchive } from '../read/table-archive.ts';
import { sourceAt } from '../state/plan-state.ts';
import { writeState } from '../state/write-state.ts';
import type { PrunedArchive, PruneOptions } from './options.ts';
import { type PrunedStream, type PrunePlan, planPrune } from './plan-prune.ts';

/**
 * Removes what is older than is to be kept. Seconds that stay alone, one a day or month, are written into backups before anything is
 * removed. Killed at any moment, the archive claims no second that it does not have; the next pruning goes on.
 * @param location a directory, or `s3://BUCKET/PREFIX`
 * @throws ArchiveDamagedError, CorruptBackupError where a state cannot be written; then nothing was removed
 * @throws FileError, StorageError, LeaseHeldError, AccessDeniedError, ConnectionError, ThrottledError
 * @example
 * ```ts
 * import { pruneArchive } from '@cumulus/dynamodb/archive';
 *
 * const keep = { within: 35 * 86_400_000, daily: 90, monthly: 84 };
 * for (const { table, segments } of await pruneArchive('s3://my-archive/prod', { keep, dryRun: true })) {
 *   console.log(table, segments);
 * }
 * ```
 */
export async function pruneArchive(location: string, options: PruneOptions): Promise<readonly PrunedArchive[]> {
  const storage = await openArchive(location, options);
  const pruned: PrunedArchive[] = [];
  for (const table of await tablesOf(storage, options.tables)) {
    const archive = await readTableArchive(storage, table, options.abortSignal);
    const plan = planPrune(archive, options.keep);
    if (plan === undefined) continue;
    if (!options.dryRun) await prune(storage, archive, plan, options);
    pruned.push(describe(storage, table, plan, options.dryRun ?? false));
  }
  return pruned;
}

/** In an order in which no step leaves a claim that is not true: states, then old bases, then the note, then segments. */
async function prune(
  storage: Storage,
  archive: TableArchive,
  { points, backups, streams }: PrunePlan,
  { s3, abortSignal }: PruneOptions,
): Promise<void> {
  const { table } = archive;
  for (const at of points) {
    const source = sourceAt(archive, at);
    const target = { directory: storage.location, dated: new Date(at), gzip: true, keep: 0 };
    await writeState({ ...{ storage, source, table, at, s3, abortSignal }, ...target });
  }
  for (const { name } of backups) {
    await storage.remove(name);
    await storage.remove(manifestName(name));
  }
  for (const stream of streams) await removeShards(storage, stream);
}

async function removeShards(storage: Storage, { stream, shards, ends, until }: PrunedStream): Promise<void> {
  const { table, stream: of, leftShards } = stream;
  const place = { table: table.name, label: of.label };
  const going = [...leftShards, ...shards];
  const note = { until: new Date(until).toISOString(), shards: going.map(({ id }) => id), ends };
  await storage.write(prunedName(place), formatPruned(note));
  for (const { id, numbers } of going) {
    for (const number of numbers) await storage.remove(segmentName({ ...place, shard: id }, number));
  }
}

function describe(storage: Storage, table: string, plan: PrunePlan, dryRun: boolean): PrunedArchive {
  const heads = plan.streams.flatMap(({ shards }) => shards.flatMap(({ head }) => head?.header ?? []));
  return {
    table,
    points: plan.points.map((at) => new Date(at)),
    backups: plan.backups.map(({ name }) => storage.pathOf(name)),
    segments: heads.reduce((sum, { segment }) => sum + segment, 0),
    changes: heads.reduce((sum, { total }) => sum + total.changes, 0),
    dryRun,
  };
}

import { forEachAtOnce } from '../../aws/workers.ts';
import { ManifestError } from '../../backup/errors.ts';
import { dataFileOfManifest, isDataFile, kindOf, tableOfFile } from '../../backup/format/file-names.ts';
import type { BackupManifest } from '../../backup/format/manifest.ts';
import { findManifest, isOfBackup } from '../../backup/store/find-manifest.ts';
import type { Storage } from '../../storage/storage.ts';
import { ArchiveDamagedError } from '../errors.ts';
import { type ExportChain, readExportChains } from './export-chain.ts';
import { findGoing } from './find-pruned.ts';
import { type MergedChanges, openMerged } from './merged-changes.ts';
import {
  type ArchiveBase,
  type ArchivedPoint,
  type BrokenFile,
  findPoints,
  type Start,
  startOfBase,
} from './points.ts';
import { archiveNames, readStreams, type StreamArchive } from './stream-archive.ts';

/** Manifests and first lines that are read at once. */
const AT_ONCE = 16;

/** The seconds of which a base and the changes of a stream give the state. */
export interface ArchivedRange extends Start {
  readonly stream: StreamArchive;
  /** Only shards with changes since then are needed, and what follows them: in milliseconds since 1970. */
  readonly since: number;
  /** A key's last change counts if it is later than this second, in seconds since 1970; otherwise base and increments have the item. */
  readonly after: number;
  /** The first and the last second, in milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Whether it goes on as changes come; otherwise a gap or the end of the stream ends it. */
  readonly isOpen: boolean;
}

/** What is archived of a table. */
export interface TableArchive {
  readonly table: string;
  readonly streams: readonly StreamArchive[];
  /** In the order in which they were begun. */
  readonly bases: readonly ArchiveBase[];
  /** Dated backups that were made from an archive. */
  readonly states: readonly ArchiveBase[];
  /** Merged changes between seconds that are kept. */
  readonly merged: readonly MergedChanges[];
  /** Single seconds that states and merged changes give, in order. */
  readonly points: readonly ArchivedPoint[];
  /** In the order of their beginnings. */
  readonly ranges: readonly ArchivedRange[];
  /** Exports that DynamoDB made for the archive, in the order of time. */
  readonly exports: readonly ExportChain[];
  /**
   * Backups, merged changes and notes of exports that are not usable, since a file is missing or another one: the name, and what is wrong.
   */
  readonly broken: readonly BrokenFile[];
  /** Backups of which a pruning that was interrupted has left the manifest alone. */
  readonly left: readonly string[];
}

/**
 * Reads what is archived of a table: the last segment of each shard, notes and manifests of backups.
 * @throws ArchiveDamagedError where a shard's last segment cannot be read
 */
export async function readTableArchive(
  storage: Storage,
  table: string,
  abortSignal?: AbortSignal,
): Promise<TableArchive> {
  const names = (await storage.list(`${table}.`)) ?? [];
  const streams = await readStreams(storage, table, names, abortSignal);
  const found = await findBases(storage, table, names, abortSignal);
  const { bases, states, left } = found;
  const { merged, unreadable } = await findMerged(storage, table, names, abortSignal);
  const { points, broken } = findPoints(states, bases, merged);
  const starts = [...bases.map(startOfBase), ...points];
  const ranges = starts
    .flatMap((start) => streams.flatMap((stream) => rangeOf(start, stream, streams.at(-1)) ?? []))
    .sort((a, b) => a.from - b.from);
  const exports = await readExportChains(storage, table, names, abortSignal);
  return {
    ...{ table, streams, bases, states, merged, points, ranges, exports, left },
    broken: [...found.broken, ...unreadable, ...broken, ...exports.flatMap((chain) => chain.broken)],
  };
}

async function findMerged(
  storage: Storage,
  table: string,
  names: readonly string[],
  abortSignal?: AbortSignal,
): Promise<{ readonly merged: readonly MergedChanges[]; readonly unreadable: readonly BrokenFile[] }> {
  const merged: MergedChanges[] = [];
  const unreadable: BrokenFile[] = [];
  const files = archiveNames(names).filter(({ said }) => said.kind === 'merged' && said.table === table);
  await forEachAtOnce(files, AT_ONCE, abortSignal, async ({ name }) => {
    try {
      merged.push(await openMerged(storage, name));
    } catch (error) {
      if (!(error instanceof ArchiveDamagedError)) throw error;
      unreadable.push({ name, problem: error.damage });
    }
  });
  return { merged, unreadable };
}

/** Backups of the table that were read consistently: of each item it is known that nothing before the scan is missing. */
async function findBases(
  storage: Storage,
  table: string,
  names: readonly string[],
  abortSignal?: AbortSignal,
): Promise<Pick<TableArchive, 'bases' | 'states' | 'broken' | 'left'>> {
  const all = new Set(names);
  const bases: ArchiveBase[] = [];
  const states: ArchiveBase[] = [];
  const broken: BrokenFile[] = [];
  const alone: string[] = [];
  const dataFiles = names.flatMap((name) => {
    const dataFile = dataFileOfManifest(name);
    return dataFile !== undefined && isDataFile(dataFile) && tableOfFile(dataFile) === table ? [dataFile] : [];
  });
  await forEachAtOnce(dataFiles, AT_ONCE, abortSignal, async (name) => {
    if (!all.has(name)) {
      alone.push(name);
      return;
    }
    const status = await storage.find(name);
    let manifest: BackupManifest | undefined;
    try {
      manifest = await findManifest(storage, name, status);
    } catch (error) {
      if (!(error instanceof ManifestError)) throw error;
      broken.push({ name, problem: error.problem });
      return;
    }
    if (status === undefined || manifest === undefined) return;
    if (!isOfBackup(manifest, status)) broken.push({ name, problem: 'its manifest is of another file' });
    else if (manifest.fromArchive === undefined && manifest.scan.consistentRead) bases.push({ name, manifest });
    else if (manifest.fromArchive !== undefined && kindOf(name) === 'dated') states.push({ name, manifest });
  });
  bases.sort((a, b) => (a.manifest.scan.startedAt < b.manifest.scan.startedAt ? -1 : 1));
  const going = alone.length === 0 ? [] : await findGoing(storage, table, names);
  const lost = alone.filter((name) => !going.includes(name));
  broken.push(...lost.map((name) => ({ name, problem: 'it is missing, and its manifest is there' })));
  return { bases, states, broken, left: alone.filter((name) => going.includes(name)) };
}

/**
 * The seconds that a start and a stream give. All changes since then have to be there, so a gap that ends after it ends the range before the
 * gap. The margin of `settle` at each end covers clocks that differ, and changes that come late.
 */
function rangeOf(
  start: Start,
  stream: StreamArchive,
  lastStream: StreamArchive | undefined,
): ArchivedRange | undefined {
  if (!isOfStream(start, stream) || stream.readTo === undefined) return undefined;
  const { settle } = stream;
  const { base, at } = start;
  const gaps = gapsAfter(start, stream);
  const ends = gaps.map(({ from }) => (from === null ? Number.NEGATIVE_INFINITY : Date.parse(from)));
  const from = at ?? Math.ceil((Date.parse(base.manifest.scan.endedAt) + settle) / 1000) * 1000;
  // The last second has to be over by the margin: a change at its end has the time of its beginning.
  const to = Math.floor((Math.min(stream.readTo, ...ends) - settle) / 1000) * 1000 - 1000;
  if (to < from) return undefined;
  const since = at === undefined ? Date.parse(base.manifest.scan.startedAt) - settle : at + 1000;
  return {
    ...start,
    ...{ stream, since, from, to },
    after: Math.floor(since / 1000) - 1,
    // A table has one stream at a time, so changes come to the last one only.
    isOpen: gaps.length === 0 && stream === lastStream && !stream.isEnded,
  };
}

/** The public keys that an archive is encrypted to, by what was read last; undefined if it is not encrypted. */
export function recipientsOf({
  streams,
  bases,
  states,
  merged,
}: Pick<TableArchive, 'streams' | 'bases' | 'states' | 'merged'>): readonly string[] | undefined {
  const heads = streams.flatMap(({ shards }) => shards.flatMap(({ head }) => head?.header ?? []));
  const encrypted = heads.filter(({ encryption }) => encryption !== undefined);
  const last = encrypted.sort((a, b) => ((a.readTo ?? '') < (b.readTo ?? '') ? -1 : 1)).at(-1);
  const base = [...states, ...bases].findLast(({ manifest }) => manifest.encryption !== undefined);
  const changes = merged.findLast(({ header }) => header.encryption !== undefined);
  return (last?.encryption ?? base?.manifest.encryption ?? changes?.header.encryption)?.recipients;
}

/** Whether some start is usable with a stream from some second on, though that second may be still to come. */
export function hasStart({ bases, points }: Pick<TableArchive, 'bases' | 'points'>, stream: StreamArchive): boolean {
  const starts = [...bases.map(startOfBase), ...points];
  return starts.some((start) => isOfStream(start, stream) && gapsAfter(start, stream).length === 0);
}

function isOfStream({ base, at, label }: Start, of: StreamArchive): boolean {
  const { table } = base.manifest;
  return table.arn === of.table.arn && table.id === of.table.id && (at === undefined || label === of.stream.label);
}

/** The gaps of a stream that end after a start. What was removed up to a point's own second is no gap for it. */
function gapsAfter({ base, at }: Start, { gaps, settle }: StreamArchive): StreamArchive['gaps'] {
  return at === undefined
    ? gaps.filter(({ until }) => Date.parse(until) + settle > Date.parse(base.manifest.scan.startedAt))
    : gaps.filter(({ until }) => Date.parse(until) > at + 1000);
}

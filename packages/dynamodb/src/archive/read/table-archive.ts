import { ManifestError } from '../../backup/errors.ts';
import { dataFileOfManifest, isDataFile, kindOf, tableOfFile } from '../../backup/format/file-names.ts';
import type { BackupManifest } from '../../backup/format/manifest.ts';
import { findManifest, isOfBackup } from '../../backup/store/find-manifest.ts';
import { forEachAtOnce } from '../../items/workers.ts';
import type { Storage } from '../../storage/storage.ts';
import { readStreams, type StreamArchive } from './stream-archive.ts';

/** Manifests that are read at once. */
const AT_ONCE = 16;

/** A backup from which the state of later seconds is made. */
export interface ArchiveBase {
  /** The name of the data file. */
  readonly name: string;
  readonly manifest: BackupManifest;
}

/** The seconds of which a base and the changes of a stream give the state. */
export interface ArchivedRange {
  readonly base: ArchiveBase;
  readonly stream: StreamArchive;
  /** The first and the last second, in milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Whether it goes on as changes come; otherwise a gap ends it. */
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
  /** In the order of their bases. */
  readonly ranges: readonly ArchivedRange[];
  /** Backups that are no bases, since a file of theirs is missing or another one: the name, and what is wrong. */
  readonly broken: readonly BrokenBase[];
}

interface BrokenBase {
  readonly name: string;
  readonly problem: string;
}

/**
 * Reads what is archived of a table: the last segment of each shard, notes and manifests.
 * @throws ArchiveDamagedError where a shard's last segment cannot be read
 */
export async function readTableArchive(
  storage: Storage,
  table: string,
  abortSignal?: AbortSignal,
): Promise<TableArchive> {
  const names = (await storage.list(`${table}.`)) ?? [];
  const streams = await readStreams(storage, table, names, abortSignal);
  const { bases, states, broken } = await findBases(storage, table, names, abortSignal);
  const ranges = bases.flatMap((base) => streams.flatMap((stream) => rangeOf(base, stream) ?? []));
  return { table, streams, bases, states, ranges, broken };
}

/** Backups of the table that were read consistently: of each item it is known that nothing before the scan is missing. */
async function findBases(
  storage: Storage,
  table: string,
  names: readonly string[],
  abortSignal?: AbortSignal,
): Promise<Pick<TableArchive, 'bases' | 'states' | 'broken'>> {
  const all = new Set(names);
  const bases: ArchiveBase[] = [];
  const states: ArchiveBase[] = [];
  const broken: BrokenBase[] = [];
  const dataFiles = names.flatMap((name) => {
    const dataFile = dataFileOfManifest(name);
    return dataFile !== undefined && isDataFile(dataFile) && tableOfFile(dataFile) === table ? [dataFile] : [];
  });
  await forEachAtOnce(dataFiles, AT_ONCE, abortSignal, async (name) => {
    if (!all.has(name)) {
      broken.push({ name, problem: 'it is missing, and its manifest is there' });
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
  return { bases, states, broken };
}

/**
 * The seconds that a base and a stream give. All changes since the base began have to be there, so a gap that ends after that ends the
 * range before the gap. The margin of `settle` at each end covers clocks that differ, and changes that come late.
 */
function rangeOf(base: ArchiveBase, stream: StreamArchive): ArchivedRange | undefined {
  const { table, scan } = base.manifest;
  if (table.arn !== stream.table.arn || table.id !== stream.table.id || stream.readTo === undefined) return undefined;
  const { settle } = stream;
  const [startedAt, endedAt] = [Date.parse(scan.startedAt), Date.parse(scan.endedAt)];
  const gaps = stream.gaps.filter(({ until }) => Date.parse(until) + settle > startedAt);
  const ends = gaps.map(({ from }) => (from === null ? Number.NEGATIVE_INFINITY : Date.parse(from)));
  const from = Math.ceil((endedAt + settle) / 1000) * 1000;
  // The last second has to be over by the margin: a change at its end has the time of its beginning.
  const to = Math.floor((Math.min(stream.readTo, ...ends) - settle) / 1000) * 1000 - 1000;
  return to < from ? undefined : { base, stream, from, to, isOpen: gaps.length === 0 };
}

/** Whether a base is usable with a stream from some second on, though that second may be still to come. */
export function isBaseOf({ manifest: { table, scan } }: ArchiveBase, stream: StreamArchive): boolean {
  const startedAt = Date.parse(scan.startedAt);
  const isSame = table.arn === stream.table.arn && table.id === stream.table.id;
  return isSame && stream.gaps.every(({ until }) => Date.parse(until) + stream.settle <= startedAt);
}

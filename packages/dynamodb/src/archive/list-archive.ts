import { CumulusError } from '../aws/errors.ts';
import { openStorage, type StorageOptions } from '../storage/open-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { tablesOf } from './open-archive.ts';
import { type ArchivedPayloads, summarizePayloads } from './payloads/summarize-payloads.ts';
import { type ChainedExport, type ExportRun, endOf, endOfChains, lastOf } from './read/export-chain.ts';
import { gapsOfExports, knownGaps } from './read/known-gaps.ts';
import { type ArchivedRange, readTableArchive, type TableArchive } from './read/table-archive.ts';
import { pointsOf } from './state/plan-state.ts';

/** Seconds in a row at which the state of a table is archived. */
export interface RestorableTime {
  readonly from: Date;
  /** The last second. */
  readonly to: Date;
  /** Whether it goes on as changes come. */
  readonly isOpen: boolean;
}

/** What an archive has of a table. */
export interface ArchivedTableSummary {
  readonly table: string;
  /** In the order of time. Between two of them no state is archived but those of `points`. */
  readonly restorable: readonly RestorableTime[];
  /** Single seconds that can be restored besides, in the order of time: those that prunings have kept, and the ends of exports. */
  readonly points: readonly Date[];
  /** In the order in which they were begun. */
  readonly bases: readonly ArchivedBaseSummary[];
  /** What DynamoDB has exported for the archive, in the order of time: each a full export with the windows after it. */
  readonly exports: readonly ArchivedExportsSummary[];
  /** Times in which changes may be missing. The first begins before everything, so it has no `from`. */
  readonly gaps: readonly { readonly from: Date | undefined; readonly until: Date }[];
  readonly segments: number;
  readonly changes: number;
  /** Bytes of the changes as text, before they are compressed. */
  readonly changeBytes: number;
  /** How often changes left a pointer to an object in S3, which the segments do not have. */
  readonly pointersToS3: number;
  /** Bytes of segments, bases and exports, and of what prunings have kept, as they are stored. */
  readonly storedBytes: number;
  /** What became of the objects that changes and the items of bases point to; undefined if they were never to be copied. */
  readonly payloads: ArchivedPayloads | undefined;
  /** How many changes came later than was allowed for. */
  readonly late: number;
  /** How far the last restorable second lies behind now, in milliseconds; undefined where there is none, or no more come. */
  readonly lag: number | undefined;
  /** Bases, kept seconds and exports that cannot be used, since a file is missing or another one; `file` is a path or URL. */
  readonly broken: readonly { readonly file: string; readonly problem: string }[];
  /** Why nothing of the table can be said, in words; undefined if it can. */
  readonly problem: string | undefined;
}

export interface ArchivedBaseSummary {
  /** The data file: a path or URL. */
  readonly file: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly items: number;
  readonly bytes: number;
  /** How often its items point to an object in S3, which it does not have. */
  readonly pointersToS3: number;
  /** The seconds that it gives together with the changes after it. */
  readonly restorable: RestorableTime | undefined;
}

/** A full export, and the incremental ones after it, each of which begins where the one before it ends. */
export interface ArchivedExportsSummary {
  /** The folder of the full export: a path or URL. */
  readonly folder: string;
  /** The instant of the full export. */
  readonly from: Date;
  /** The end of the last window. */
  readonly to: Date;
  /** How many windows follow the full export. Each end of one can be restored. */
  readonly windows: number;
  readonly items: number;
  /** Of all windows together. */
  readonly changes: number;
  /** Of all data files, as they are stored. */
  readonly bytes: number;
}

export interface ListArchiveOptions extends StorageOptions {
  /** Whether a table of this name is in question; all are unless given. */
  readonly tables?: ((table: string) => boolean) | undefined;
}

/**
 * What an archive has of each table: from when to when it can be restored, bases, gaps and sizes. It reads the last segment of each shard,
 * manifests, and notes of exports. `verifyArchive` reads everything.
 * @param location a directory, or `s3://BUCKET/PREFIX`
 * @returns the tables, in the order of their names
 * @throws FileError where there is no such directory; StorageError, AccessDeniedError, ConnectionError, ThrottledError
 * @example
 * ```ts
 * import { listArchive } from '@cumulus/dynamodb/archive';
 *
 * for (const { table, restorable, lag } of await listArchive('s3://my-archive/prod')) {
 *   console.log(table, restorable.at(0)?.from, restorable.at(-1)?.to, lag);
 * }
 * ```
 */
export async function listArchive(
  location: string,
  { tables, ...options }: ListArchiveOptions = {},
): Promise<readonly ArchivedTableSummary[]> {
  const storage = await openStorage(location, options);
  const summaries: ArchivedTableSummary[] = [];
  for (const table of await tablesOf(storage, tables)) {
    summaries.push(await summarize(storage, table, options.abortSignal));
  }
  return summaries;
}

async function summarize(
  storage: Storage,
  table: string,
  abortSignal: AbortSignal | undefined,
): Promise<ArchivedTableSummary> {
  const now = Date.now();
  let archive: TableArchive;
  let payloads: ArchivedPayloads | undefined;
  try {
    archive = await readTableArchive(storage, table, abortSignal);
    payloads = await summarizePayloads(storage, archive, abortSignal);
  } catch (error) {
    // Another table's archive is not less worth for it.
    if (!(error instanceof CumulusError) || error.code !== 'ARCHIVE_DAMAGED') throw error;
    return { ...NOTHING, table, problem: error.message };
  }
  const { streams, bases, states, merged, ranges, exports } = archive;
  const ends = streams.flatMap(({ shards }) => shards.flatMap(({ head }) => head ?? []));
  const heads = ends.map(({ header }) => header);
  const exported = exports.flatMap(({ runs }) => runs.map((run) => summarizeRun(storage, run)));
  const restorable = joined(ranges);
  const last = restorable.at(-1);
  return {
    table,
    restorable,
    points: pointsOf(archive).map((at) => new Date(at)),
    bases: bases.map(({ name, manifest }) => ({
      file: storage.pathOf(name),
      startedAt: new Date(manifest.scan.startedAt),
      endedAt: new Date(manifest.scan.endedAt),
      items: manifest.items,
      bytes: manifest.file.bytes,
      pointersToS3: manifest.pointersToS3 ?? 0,
      restorable: joined(ranges.filter(({ base }) => base.name === name)).at(-1),
    })),
    exports: exported,
    gaps: [...knownGaps(streams), ...gapsOfExports(exports)].map(({ from, until }) => ({
      from: from === undefined ? undefined : new Date(from),
      until: new Date(until),
    })),
    segments: heads.reduce((sum, { segment }) => sum + segment, 0),
    changes: heads.reduce((sum, { total }) => sum + total.changes, 0),
    changeBytes: heads.reduce((sum, { total }) => sum + total.bytes, 0),
    pointersToS3: heads.reduce((sum, { total }) => sum + total.pointersToS3, 0),
    storedBytes:
      exported.reduce((sum, { bytes }) => sum + bytes, 0) +
      ends.reduce((sum, { header, bytes }) => sum + header.total.stored + bytes, 0) +
      merged.reduce((sum, { bytes }) => sum + bytes, 0) +
      [...bases, ...states].reduce((sum, { manifest }) => sum + manifest.file.bytes, 0),
    payloads,
    late: heads.reduce((sum, { total }) => sum + total.late, 0),
    lag: lagOf(archive, last, now),
    broken: archive.broken.map(({ name, problem }) => ({ file: storage.pathOf(name), problem })),
    problem: undefined,
  };
}

function summarizeRun(storage: Storage, run: ExportRun): ArchivedExportsSummary {
  const { full, increments } = run;
  const sum = (all: readonly ChainedExport[], of: 'items' | 'bytes'): number =>
    all.reduce((total, { note }) => total + note.export[of], 0);
  return {
    folder: storage.pathOf(full.note.export.folder),
    from: new Date(endOf(full)),
    to: new Date(endOf(lastOf(run))),
    windows: increments.length,
    items: full.note.export.items,
    changes: sum(increments, 'items'),
    bytes: sum([full, ...increments], 'bytes'),
  };
}

/** By what is nearest to now of what still goes on. */
function lagOf({ exports }: TableArchive, last: RestorableTime | undefined, now: number): number | undefined {
  const exported = exports.at(-1)?.isOpen ? endOfChains(exports.slice(-1)) : undefined;
  const ends = [...(last?.isOpen ? [last.to.getTime()] : []), ...(exported === undefined ? [] : [exported])];
  return ends.length === 0 ? undefined : now - Math.max(...ends);
}

const NOTHING: Omit<ArchivedTableSummary, 'table' | 'problem'> = {
  restorable: [],
  points: [],
  bases: [],
  exports: [],
  gaps: [],
  segments: 0,
  changes: 0,
  changeBytes: 0,
  pointersToS3: 0,
  storedBytes: 0,
  payloads: undefined,
  late: 0,
  lag: undefined,
  broken: [],
};

/** Ranges that touch or overlap are one. */
function joined(ranges: readonly ArchivedRange[]): readonly RestorableTime[] {
  const all: { from: number; to: number; isOpen: boolean }[] = [];
  for (const { from, to, isOpen } of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last === undefined || from > last.to + 1000) {
      all.push({ from, to, isOpen });
    } else if (to >= last.to) {
      last.to = to;
      last.isOpen = isOpen || (to === last.to && last.isOpen);
    }
  }
  return all.map(({ from, to, isOpen }) => ({ from: new Date(from), to: new Date(to), isOpen }));
}

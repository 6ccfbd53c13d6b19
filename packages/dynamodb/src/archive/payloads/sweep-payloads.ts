import { pointersIn } from '../../backup/format/s3-pointers.ts';
import { pointersOfBackup } from '../../backup/read/pointers-of-backup.ts';
import type { StorageOptions } from '../../storage/open-storage.ts';
import type { S3Location } from '../../storage/s3/url.ts';
import { byteOrder } from '../../storage/spill/byte-order.ts';
import { RecordSorter } from '../../storage/spill/record-sorter.ts';
import type { Storage } from '../../storage/storage.ts';
import { segmentName } from '../format/names.ts';
import { parsePayloadNoteName } from '../format/payload-note.ts';
import { parseHeader } from '../format/segment.ts';
import { readMerged } from '../read/merged-changes.ts';
import { readFirstLine } from '../read/read-changes-file.ts';
import { readSegment, type TakeChange } from '../read/read-segment.ts';
import { readTableArchive, recipientsOf, type TableArchive } from '../read/table-archive.ts';
import { readPayloadNote } from './payload-log.ts';
import { PayloadStore } from './payload-store.ts';

/** How long a copy stays that nothing refers to, in milliseconds: longer than any follower needs for a note. */
const STAYS_FOR = 24 * 3_600_000;

const POINTER = 'p';

export interface SweepOptions extends StorageOptions {
  /** All tables of the archive. */
  readonly tables: readonly string[];
  /** In milliseconds since 1970; now unless given. */
  readonly now?: number | undefined;
}

/** What became of copies of objects in S3 that nothing in an archive points to any more. */
export interface SweptPayloads {
  /** They were taken out of use, and are removed by a pruning a day later or more. */
  readonly retired: number;
  /** They had been taken out of use that long ago, and are gone. */
  readonly removed: number;
}

/**
 * Removes copies that no kept change, base or state points to, in two steps that are a day apart. A copy that is out of use can be read as
 * before, and comes into use again if something points to it. Killed at any moment, nothing is lost that is needed.
 * @throws ArchiveDamagedError, CorruptBackupError where it cannot be known what is needed; then nothing was removed
 */
export async function sweepPayloads(storage: Storage, options: SweepOptions): Promise<SweptPayloads> {
  const { now = Date.now(), s3, abortSignal } = options;
  const store = await PayloadStore.open(storage.location, { s3, abortSignal });
  // First what there is, then what is needed: a copy that comes meanwhile is left alone.
  const { used, unused } = await store.list();
  if (used.size === 0 && unused.length === 0) return { retired: 0, removed: 0 };
  const needed = await neededCopies(storage, options);
  if (needed === undefined) return { retired: 0, removed: 0 };
  let removed = 0;
  for (const payload of unused) {
    abortSignal?.throwIfAborted();
    if (needed.has(payload.sha256)) {
      await store.bringBack(payload);
    } else if (payload.since <= now - STAYS_FOR) {
      await store.remove(payload);
      removed += 1;
    }
  }
  const superfluous = [...used].filter((sha256) => !needed.has(sha256));
  for (const sha256 of superfluous) {
    abortSignal?.throwIfAborted();
    await store.retire(sha256, new Date(now));
  }
  return { retired: superfluous.length, removed };
}

/** The copies of all objects that something points to; undefined if that is not known. */
async function neededCopies(storage: Storage, options: SweepOptions): Promise<ReadonlySet<string> | undefined> {
  const needed = new Set<string>();
  const sorter = new RecordSorter();
  try {
    for (const table of options.tables) if (!(await addTable(sorter, storage, table, options))) return undefined;
    let key: string | undefined;
    let isPointedTo = false;
    let copies: string[] = [];
    const endGroup = (): void => {
      if (isPointedTo) for (const sha256 of copies) needed.add(sha256);
    };
    for await (const records of sorter.sorted()) {
      for (const record of records) {
        if (record.key !== key) {
          endGroup();
          [key, isPointedTo, copies] = [record.key, false, []];
        }
        if (record.note === POINTER) isPointedTo = true;
        else copies.push(record.note);
      }
    }
    endGroup();
  } finally {
    await sorter.close();
  }
  return needed;
}

/** @returns false if not all can be read that may point to objects: exports, and backups that are damaged */
async function addTable(
  sorter: RecordSorter,
  storage: Storage,
  table: string,
  options: SweepOptions,
): Promise<boolean> {
  const { s3, abortSignal } = options;
  const add = (location: S3Location, note: string): Promise<void> | undefined =>
    sorter.add(byteOrder(`${location.bucket}/${location.key}`), note);
  for (const name of (await storage.list(`${table}.`)) ?? []) {
    if (parsePayloadNoteName(name)?.table !== table) continue;
    for (const { copy, ...location } of (await readPayloadNote(storage, name)).entries) {
      if (copy !== undefined) await add(location, copy.sha256);
    }
  }
  const archive = await readTableArchive(storage, table, abortSignal);
  // What is encrypted cannot be read here.
  if (archive.exports.length > 0 || archive.broken.length > 0 || recipientsOf(archive) !== undefined) return false;
  const takeChange: TakeChange = (_, line) => {
    const pointers = [...pointersIn(line)];
    return pointers.length === 0 ? undefined : addAll(pointers);
  };
  const addAll = async (pointers: readonly S3Location[]): Promise<void> => {
    for (const pointer of pointers) await add(pointer, POINTER);
  };
  await readPointingSegments(storage, archive, takeChange, abortSignal);
  for (const file of archive.merged) await readMerged(storage, file, { take: takeChange, abortSignal });
  for (const { name, manifest } of [...archive.bases, ...archive.states]) {
    if ((manifest.pointersToS3 ?? 0) === 0) continue;
    const pointers = pointersOfBackup({ file: storage.pathOf(name), s3, abortSignal });
    for await (const pointer of pointers) await add(pointer, POINTER);
  }
  return true;
}

async function readPointingSegments(
  storage: Storage,
  { table, streams }: TableArchive,
  take: TakeChange,
  abortSignal: AbortSignal | undefined,
): Promise<void> {
  for (const { stream, shards } of streams) {
    for (const { id, numbers, head } of shards) {
      if ((head?.header.total.pointersToS3 ?? 0) === 0) continue;
      for (const number of numbers) {
        const name = segmentName({ table, label: stream.label, shard: id }, number);
        const { header } = await readFirstLine(storage, name, parseHeader);
        if (header.pointersToS3 > 0) await readSegment(storage, name, { take, abortSignal });
      }
    }
  }
}

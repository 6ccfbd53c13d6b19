import { pointersOfBackup } from '../../backup/read/pointers-of-backup.ts';
import type { S3Access } from '../../storage/open-storage.ts';
import type { S3Location } from '../../storage/s3/url.ts';
import { byteOrder } from '../../storage/spill/byte-order.ts';
import { RecordSorter, type SortedRecord } from '../../storage/spill/record-sorter.ts';
import type { Storage } from '../../storage/storage.ts';
import { type PayloadCopy, parsePayloadNoteName } from '../format/payload-note.ts';
import { readPayloadNote } from './payload-log.ts';

/** Objects that are handed over at once. */
const BATCH_SIZE = 256;

export interface FindCopiesOptions {
  readonly storage: Storage;
  readonly table: string;
  /** In milliseconds since 1970, a whole second. */
  readonly at: number;
  /** A backup whose items point to objects. */
  readonly file: string;
  readonly s3?: S3Access | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/** An object that items point to, with the archive's copy of it; undefined where there is none. */
export interface PointedObject extends S3Location {
  readonly copy: PayloadCopy | undefined;
}

/** A copy with the second of what pointed to the object, and when that was copied. */
interface FoundCopy {
  readonly time: number;
  readonly at: string;
  readonly copy: PayloadCopy;
}

/**
 * The objects that the items of a state point to, each once, in bounded memory. Of several copies it is the one made for the last change of
 * that second or earlier.
 * @throws ArchiveDamagedError, and what reading the state throws
 */
export async function* findCopies(options: FindCopiesOptions): AsyncGenerator<readonly PointedObject[], void> {
  const sorter = new RecordSorter();
  try {
    await addPointers(sorter, options);
    await addCopies(sorter, options);
    let batch: PointedObject[] = [];
    for await (const group of groupsOf(sorter)) {
      const object = objectOf(group);
      if (object === undefined) continue;
      batch.push(object);
      if (batch.length < BATCH_SIZE) continue;
      yield batch;
      batch = [];
    }
    yield batch;
  } finally {
    await sorter.close();
  }
}

async function addPointers(sorter: RecordSorter, { file, s3, abortSignal }: FindCopiesOptions): Promise<void> {
  for await (const { bucket, key } of pointersOfBackup({ file, s3, abortSignal })) {
    await sorter.add(sortKey({ bucket, key }), JSON.stringify({ bucket, key }));
  }
}

async function addCopies(sorter: RecordSorter, { storage, table, at, abortSignal }: FindCopiesOptions): Promise<void> {
  for (const name of (await storage.list(`${table}.`)) ?? []) {
    if (parsePayloadNoteName(name)?.table !== table) continue;
    abortSignal?.throwIfAborted();
    const { entries } = await readPayloadNote(storage, name);
    for (const { time, copy, ...entry } of entries) {
      if (copy === undefined || time * 1000 > at) continue;
      await sorter.add(sortKey(entry), JSON.stringify({ time, at: entry.at, copy }));
    }
  }
}

function sortKey({ bucket, key }: S3Location): string {
  return byteOrder(`${bucket}/${key}`);
}

async function* groupsOf(sorter: RecordSorter): AsyncGenerator<readonly string[], void> {
  let group: SortedRecord[] = [];
  for await (const records of sorter.sorted()) {
    for (const record of records) {
      if (group[0] !== undefined && group[0].key !== record.key) {
        yield group.map(({ note }) => note);
        group = [];
      }
      group.push(record);
    }
  }
  if (group.length > 0) yield group.map(({ note }) => note);
}

/** @returns undefined if no item points to it */
function objectOf(notes: readonly string[]): PointedObject | undefined {
  const all = notes.map((note) => JSON.parse(note) as FoundCopy | S3Location);
  const pointer = all.find((each) => 'bucket' in each);
  if (pointer === undefined) return undefined;
  const copies = all.filter((each) => 'copy' in each);
  const isNearer = (a: FoundCopy, b: FoundCopy): boolean => a.time > b.time || (a.time === b.time && a.at < b.at);
  const [first] = copies;
  const copy = first && copies.reduce((nearest, each) => (isNearer(each, nearest) ? each : nearest), first).copy;
  return { ...pointer, copy };
}

import type { S3Client } from '@aws-sdk/client-s3';
import { createS3Client } from '../../aws/client.ts';
import { forEachAtOnce } from '../../aws/workers.ts';
import { pointersIn } from '../../backup/format/s3-pointers.ts';
import { pointersOfBackup } from '../../backup/read/pointers-of-backup.ts';
import type { S3Access } from '../../storage/open-storage.ts';
import type { S3Location } from '../../storage/s3/url.ts';
import type { Storage } from '../../storage/storage.ts';
import { type ShardPlace, segmentName } from '../format/names.ts';
import {
  entryKey,
  type PayloadCopy,
  type PayloadEntry,
  type PayloadProblem,
  type PayloadSource,
  payloadNotesOf,
} from '../format/payload-note.ts';
import { type ArchivedTable, parseHeader, type SegmentHeader } from '../format/segment.ts';
import type { ArchiveBase } from '../read/points.ts';
import { readFirstLine } from '../read/read-changes-file.ts';
import { readSegment } from '../read/read-segment.ts';
import { readTableArchive } from '../read/table-archive.ts';
import { findLastSegment } from '../store/shard-chain.ts';
import { copyObject } from './copy-object.ts';
import { type CopiedPayloads, NO_PAYLOADS, type PayloadOptions } from './options.ts';
import { PayloadLog } from './payload-log.ts';
import { PayloadStore } from './payload-store.ts';

const DEFAULT_CONCURRENCY = 8;

/** Objects of a backup between two notes. */
const NOTE_ENTRIES = 1_000;

/**
 * The longest time between the beginning of a copy and its note, in milliseconds. A sweep removes a copy no earlier than a day after nothing
 * referred to it; so one that was found here is there when its note is.
 */
const MAX_UNNOTED = 12 * 3_600_000;

export interface PayloadCopierOptions extends PayloadOptions {
  readonly storage: Storage;
  readonly table: string;
  readonly s3?: S3Access | undefined;
  readonly abortSignal: AbortSignal;
  /** Takes what became of objects so far, once it is noted, and the first of those now that failed. */
  readonly onCopied: (copied: CopiedPayloads, firstFailure: PayloadEntry | undefined) => void;
}

/** An object that is pointed to, since a second. */
type Pointer = S3Location & { readonly time: number };

/**
 * Copies the objects that an archived table's changes and the items of its bases point to. It reads what is archived, so it can stop at any
 * moment, and goes on after what is noted. Nothing waits for it. Of several that work at once, one writes each note.
 */
export class PayloadCopier {
  readonly #options: PayloadCopierOptions;
  readonly #buckets: ReadonlySet<string>;
  readonly #client: S3Client;
  readonly #store: PayloadStore;
  /** Sources with objects that could not be copied. */
  readonly #failing = new Map<
    string,
    { readonly source: PayloadSource; readonly table: ArchivedTable; readonly failed: number }
  >();

  #copied = NO_PAYLOADS;

  private constructor(options: PayloadCopierOptions, client: S3Client, store: PayloadStore) {
    this.#options = options;
    this.#buckets = new Set(options.buckets);
    this.#client = client;
    this.#store = store;
  }

  static async open(options: PayloadCopierOptions): Promise<PayloadCopier> {
    const client = await (options.s3 ?? createS3Client)();
    const store = await PayloadStore.open(options.storage.location, { s3: options.s3 });
    await store.prepare();
    return new PayloadCopier(options, client, store);
  }

  /**
   * Copies all that is outstanding, and tries once more what had failed.
   * @throws ArchiveDamagedError, FileError, StorageError: what the archive itself cannot be read or written by
   */
  async copyAll(): Promise<void> {
    const { storage, table, abortSignal } = this.#options;
    const { streams, bases } = await readTableArchive(storage, table, abortSignal);
    const names = (await storage.list(`${table}.`)) ?? [];
    for (const { stream, shards } of streams) {
      for (const { id, head } of shards) {
        if (head === undefined || head.header.total.pointersToS3 === 0) continue;
        const place = { table, label: stream.label, shard: id };
        const log = await PayloadLog.open(storage, place, names);
        await this.#copyShard(log, place, head.header);
        await this.#retry(log, head.header.table);
      }
    }
    for (const base of bases) {
      if ((base.manifest.pointersToS3 ?? 0) === 0) continue;
      const log = await PayloadLog.open(storage, sourceOf(table, base), names);
      await this.#copyBase(log, base);
      await this.#retry(log, tableOf(base));
    }
  }

  /** Tries once more what had failed here. */
  async retryFailed(): Promise<void> {
    for (const { source, table } of [...this.#failing.values()]) {
      await this.#retry(await PayloadLog.open(this.#options.storage, source), table);
    }
  }

  /** Copies what the newest changes of a shard point to. */
  async copyShard(place: ShardPlace): Promise<void> {
    const { storage } = this.#options;
    const head = await findLastSegment(storage, place);
    if (head !== undefined) await this.#copyShard(await PayloadLog.open(storage, place), place, head.header);
  }

  async #copyShard(log: PayloadLog, place: ShardPlace, head: SegmentHeader): Promise<void> {
    while (log.total.pointers < head.total.pointersToS3) {
      this.#options.abortSignal.throwIfAborted();
      const pointers: Pointer[] = [];
      const number = await this.#nextSegment(log, place, head.segment);
      const { header } = await readSegment(this.#options.storage, segmentName(place, number), {
        take: (change, line) => {
          for (const location of pointersIn(line)) pointers.push({ ...location, time: change.time });
          return undefined;
        },
      });
      await this.#copy(log, header.table, { pointers, counted: header.pointersToS3, through: number });
    }
  }

  /** The first segment with pointers after those that were looked at: mostly the next one. */
  async #nextSegment({ through, total }: PayloadLog, place: ShardPlace, last: number): Promise<number> {
    let [low, high] = [through + 1, last];
    for (let at = low; low < high; at = Math.floor((low + high) / 2)) {
      const { header } = await readFirstLine(this.#options.storage, segmentName(place, at), parseHeader);
      if (header.total.pointersToS3 > total.pointers) high = at;
      else low = at + 1;
    }
    return low;
  }

  async #copyBase(log: PayloadLog, base: ArchiveBase): Promise<void> {
    const { storage, s3, abortSignal } = this.#options;
    if (log.total.pointers >= (base.manifest.pointersToS3 ?? 0)) return;
    const time = Math.floor(Date.parse(base.manifest.scan.startedAt) / 1000);
    let left = log.total.pointers;
    let pointers: Pointer[] = [];
    const copy = async (): Promise<boolean> => {
      const isNoted = await this.#copy(log, tableOf(base), { pointers, counted: pointers.length, through: null });
      pointers = [];
      return isNoted;
    };
    for await (const location of pointersOfBackup({ file: storage.pathOf(base.name), s3, abortSignal })) {
      left -= 1;
      if (left >= 0) continue;
      pointers.push({ ...location, time });
      // Of several writers, the one that was first goes on.
      if (pointers.length === NOTE_ENTRIES && !(await copy())) return;
    }
    if (pointers.length > 0) await copy();
  }

  /** Copies the objects of some pointers, each once, and notes it. @returns whether that is this writer's note */
  async #copy(
    log: PayloadLog,
    table: ArchivedTable,
    found: { readonly pointers: readonly Pointer[]; readonly counted: number; readonly through: number | null },
  ): Promise<boolean> {
    const begunAt = Date.now();
    const entries = await this.#copyEach(earliestOfEach(found.pointers));
    const next = { pointers: found.counted, through: found.through, entries, solved: 0 };
    if (Date.now() - begunAt > MAX_UNNOTED || !(await log.append(table, next))) return false;
    this.#noteFailing(log, table);
    this.#report(entries);
    return true;
  }

  /** Tries once more what had failed. */
  async #retry(log: PayloadLog, table: ArchivedTable): Promise<void> {
    if (log.total.failed === 0) return;
    const failed = await log.failed();
    const begunAt = Date.now();
    const tried = await this.#copyEach(failed.map(({ entry }) => entry));
    const entries = tried.filter(({ problem }) => problem?.kind !== 'failed');
    const isSolved = new Set(entries.map(entryKey));
    const solved = failed.reduce((sum, { entry, count }) => sum + (isSolved.has(entryKey(entry)) ? count : 0), 0);
    if (Date.now() - begunAt > MAX_UNNOTED) return;
    const through = log.through || null;
    const isNoted = entries.length === 0 || (await log.append(table, { pointers: 0, through, entries, solved }));
    this.#noteFailing(log, table);
    if (isNoted) this.#report(tried);
  }

  #noteFailing({ source, total }: PayloadLog, table: ArchivedTable): void {
    const name = payloadNotesOf(source);
    if (total.failed > 0) this.#failing.set(name, { source, table, failed: total.failed });
    else this.#failing.delete(name);
  }

  /** In the order of the pointers. */
  async #copyEach(pointers: readonly Pointer[]): Promise<readonly PayloadEntry[]> {
    const { concurrency = DEFAULT_CONCURRENCY, timeout } = this.#options;
    const entries: PayloadEntry[] = [];
    await forEachAtOnce([...pointers.entries()], concurrency, this.#options.abortSignal, async ([index, pointer]) => {
      const { bucket, key, time } = pointer;
      const abortSignal = this.#options.abortSignal;
      const outcome: { copy?: PayloadCopy; problem?: PayloadProblem } = this.#buckets.has(bucket)
        ? await copyObject({ bucket, key }, { client: this.#client, store: this.#store, abortSignal, timeout })
        : { problem: { kind: 'elsewhere', reason: `the bucket ${bucket} is not among those that may be read` } };
      entries[index] = { bucket, key, time, at: new Date().toISOString(), ...outcome };
    });
    return entries;
  }

  #report(entries: readonly PayloadEntry[]): void {
    const of = (kind: PayloadProblem['kind']): readonly PayloadEntry[] =>
      entries.filter(({ problem }) => problem?.kind === kind);
    const copies = entries.flatMap(({ copy }) => copy ?? []);
    const before = this.#copied;
    this.#copied = {
      copied: before.copied + copies.length,
      bytes: before.bytes + copies.reduce((sum, { bytes }) => sum + bytes, 0),
      gone: before.gone + of('gone').length,
      elsewhere: before.elsewhere + of('elsewhere').length,
      failed: [...this.#failing.values()].reduce((sum, { failed }) => sum + failed, 0),
    };
    this.#options.onCopied(this.#copied, of('failed')[0]);
  }
}

/** The notes of a backup, which its content identifies. */
function sourceOf(table: string, { manifest }: ArchiveBase): PayloadSource {
  return { table, base: manifest.file.sha256 };
}

function tableOf({ manifest: { table } }: ArchiveBase): ArchivedTable {
  return { name: table.name, arn: table.arn, id: table.id };
}

/** Each object once, with the earliest second. */
function earliestOfEach(pointers: readonly Pointer[]): readonly Pointer[] {
  const earliest = new Map<string, Pointer>();
  for (const pointer of pointers) {
    const key = `${pointer.bucket}/${pointer.key}`;
    const before = earliest.get(key);
    if (before === undefined || pointer.time < before.time) earliest.set(key, pointer);
  }
  return [...earliest.values()];
}

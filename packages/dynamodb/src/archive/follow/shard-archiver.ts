import type { Storage } from '../../storage/storage.ts';
import { isAfter, type StreamPosition } from '../../streams/position.ts';
import type { RawRecord } from '../../streams/raw-records.ts';
import type { ShardBatch } from '../../streams/read-shard.ts';
import { reachName } from '../format/names.ts';
import { formatReach } from '../format/notes.ts';
import { formatChange, type Gap, type ProvedFile } from '../format/segment.ts';
import { provedReadTo } from '../read/proved-reach.ts';
import { type ArchivedShard, archivedTo, placeOf, ShardChain } from '../store/shard-chain.ts';
import type { FollowSettings, WrittenSegment } from './options.ts';

/**
 * After how long without a look at a shard its first changes may have been removed without a sign, in milliseconds: DynamoDB keeps them
 * for 24 hours.
 */
const UNSEEN_FOR = 23 * 3_600_000;

/** By how much less than its retention a stream is trusted to keep changes, in milliseconds. */
const CLOCK_MARGIN = 3_600_000;

/** DynamoDB may return no changes though there are more; only so many empty answers in a row count as a shard's end. */
const EMPTY_ANSWERS = 3;

interface PendingChange {
  readonly sequenceNumber: string;
  readonly time: number;
  readonly line: string;
}

/** Where the archive of a shard begins that has no segment yet. */
export interface ShardBeginning {
  /** The parent's last segment; null where that is not archived to its end. */
  readonly parentEnd: ProvedFile | null;
  /** Up to when the parent has been read, in milliseconds since 1970. */
  readonly readTo: number | undefined;
  /** The time in which changes before the shard may be missing; null if the parent is archived to its end. */
  readonly gap: Gap | null;
  /** The public keys that the parent's changes are encrypted to. */
  readonly recipients?: readonly string[] | undefined;
}

/** What is reported of a shard while it is archived. */
export interface ShardEvents {
  readonly onSegment: (segment: WrittenSegment) => void;
  readonly onGap: (gap: Gap) => void;
  /** A segment or a note was written. */
  readonly onWritten: () => void;
}

/** Writes the changes of one shard into its segments, in their order. */
export class ShardArchiver {
  readonly #storage: Storage;
  readonly #shard: ArchivedShard;
  readonly #chain: ShardChain;
  readonly #settings: FollowSettings;
  readonly #events: ShardEvents;
  #pending: PendingChange[] = [];
  #pendingBytes = 0;
  #pendingSince = 0;
  /** Up to when everything was read, archived or pending; in milliseconds since 1970. */
  #readTo: number | undefined;
  /** The greatest time up to which a note or segment has said that everything is there. */
  #claimed: number;
  #emptyAnswers: number[] = [];
  #lastSeen: number;
  #isOvertaken = false;
  #notedAt = 0;
  #noted = 0;

  private constructor(
    storage: Storage,
    shard: ArchivedShard,
    chain: ShardChain,
    readTo: number | undefined,
    settings: FollowSettings,
    events: ShardEvents,
  ) {
    this.#storage = storage;
    this.#shard = shard;
    this.#chain = chain;
    this.#readTo = readTo;
    this.#claimed = readTo ?? 0;
    this.#lastSeen = readTo ?? Date.now();
    this.#settings = settings;
    this.#events = events;
  }

  static async open(
    storage: Storage,
    shard: ArchivedShard,
    beginning: ShardBeginning,
    settings: FollowSettings,
    events: ShardEvents,
  ): Promise<ShardArchiver> {
    const chain = await ShardChain.open(
      storage,
      shard,
      beginning.parentEnd,
      settings.recipients ?? beginning.recipients,
    );
    const note = (await storage.read(reachName(placeOf(shard))))?.toString('utf8');
    const readTo = provedReadTo(chain.head, note) ?? beginning.readTo;
    const archiver = new ShardArchiver(storage, shard, chain, readTo, settings, events);
    if (chain.head === undefined && beginning.gap !== null) await archiver.#appendGap(beginning.gap, 'opening');
    return archiver;
  }

  /** Where to go on reading. What is before a gap is gone, so nothing can be read on from there. */
  get position(): StreamPosition {
    const archived = this.archivedTo;
    return archived !== 'end' && this.#chain.head?.header.gap ? 'start' : archived;
  }

  /** Up to where it is archived. */
  get archivedTo(): StreamPosition {
    return archivedTo(this.#chain.head);
  }

  /** Whether it has been read to the end that it had a moment ago. */
  get isCaughtUp(): boolean {
    return this.#emptyAnswers.length >= EMPTY_ANSWERS;
  }

  /** Whether another follower has written a segment of this shard since the last call. */
  wasOvertaken(): boolean {
    const isOvertaken = this.#isOvertaken;
    this.#isOvertaken = false;
    return isOvertaken;
  }

  /** Takes what a request gave. What is pending is written once there is enough, or it is old. */
  async take({ records, position, requestedAt }: ShardBatch<RawRecord>): Promise<void> {
    const isUnseen = this.position === 'start' && this.#pending.length === 0;
    if (isUnseen && requestedAt.getTime() - this.#lastSeen > UNSEEN_FOR) await this.#appendUnseenGap();
    this.#lastSeen = requestedAt.getTime();
    for (const record of records) this.#add(record);
    this.#follow(records, requestedAt.getTime());
    const { segmentBytes, segmentEvery } = this.#settings;
    const isOld = this.#pending.length > 0 && performance.now() - this.#pendingSince >= segmentEvery;
    if (position === 'end') await this.#end();
    else if (isOld || this.#pendingBytes >= segmentBytes) await this.flush();
    await this.#noteReach();
  }

  /**
   * Notes that changes may be missing: DynamoDB has removed some. It removes old ones only. So if the shard was read not long ago, those were
   * read too.
   * @returns whether changes may be missing
   */
  async takeTrimmed(): Promise<boolean> {
    await this.flush();
    const { retention, settle } = this.#settings;
    const isRead = this.#readTo !== undefined && Date.now() - (this.#readTo - settle) < retention - CLOCK_MARGIN;
    if (!isRead) await this.#appendUnseenGap();
    return !isRead;
  }

  /** Writes what is pending. */
  async flush(): Promise<void> {
    while (this.#pending.length > 0) await this.#append({ gap: null, ended: false });
  }

  /** Writes what is pending, and how far the shard has been read. */
  async finish(): Promise<void> {
    await this.flush();
    await this.#noteReach(true);
  }

  #add(record: RawRecord): void {
    const { SequenceNumber: sequenceNumber, ApproximateCreationDateTime } = record.dynamodb;
    const before = this.#pending.at(-1)?.sequenceNumber as StreamPosition | undefined;
    if (!isAfter(sequenceNumber, before ?? this.position)) return;
    if (this.#pending.length === 0) this.#pendingSince = performance.now();
    const line = formatChange(record);
    this.#pending.push({ sequenceNumber, time: Math.floor(ApproximateCreationDateTime), line });
    this.#pendingBytes += line.length;
  }

  /** Keeps up to when everything was read. */
  #follow(records: readonly RawRecord[], requestedAt: number): void {
    if (records.length > 0) {
      this.#emptyAnswers = [];
      const last = records.at(-1)?.dynamodb.ApproximateCreationDateTime ?? 0;
      this.#readTo = Math.max(this.#readTo ?? 0, Math.floor(last) * 1000);
      return;
    }
    this.#emptyAnswers = [...this.#emptyAnswers, requestedAt].slice(-EMPTY_ANSWERS);
    const [first = 0] = this.#emptyAnswers;
    if (this.isCaughtUp) this.#readTo = Math.max(this.#readTo ?? 0, first);
  }

  async #end(): Promise<void> {
    while (this.position !== 'end') await this.#append({ gap: null, ended: true });
    await this.#storage.remove(reachName(placeOf(this.#shard)));
  }

  async #appendUnseenGap(): Promise<void> {
    const from = this.#readTo === undefined ? null : new Date(this.#readTo).toISOString();
    await this.#appendGap({ from, until: new Date().toISOString() }, 'later');
  }

  async #appendGap(gap: Gap, kind: 'opening' | 'later'): Promise<void> {
    // Another writer may be first; its first segment opens the shard too.
    const isOpen = (): boolean => kind === 'opening' && this.#chain.head !== undefined;
    while (!isOpen() && this.position !== 'end' && !(await this.#append({ gap, ended: false }))) {}
    this.#events.onGap(gap);
  }

  /** @returns whether the segment was written; else another writer was first, and what that has is no longer pending */
  async #append({ gap, ended }: { readonly gap: Gap | null; readonly ended: boolean }): Promise<boolean> {
    const pending = gap === null ? this.#pending : [];
    const times = pending.map(({ time }) => time);
    const { settle } = this.#settings;
    const isWritten = await this.#chain.append({
      lines: pending.map(({ line }) => line),
      first: pending[0]?.sequenceNumber ?? null,
      last: pending.at(-1)?.sequenceNumber ?? null,
      earliest: times.length === 0 ? null : times.reduce((a, b) => Math.min(a, b)),
      latest: times.length === 0 ? null : times.reduce((a, b) => Math.max(a, b)),
      late: times.filter((time) => (time + 1) * 1000 <= this.#claimed - settle).length,
      gap,
      ended,
      readTo: this.#readTo === undefined ? null : new Date(this.#readTo).toISOString(),
      settle,
    });
    const { position } = this;
    const left = position === 'end' ? [] : pending.filter(({ sequenceNumber }) => isAfter(sequenceNumber, position));
    if (gap === null) {
      this.#pending = left;
      this.#pendingBytes = left.reduce((sum, { line }) => sum + line.length, 0);
    }
    if (!isWritten) this.#isOvertaken = true;
    const head = this.#chain.head;
    if (isWritten && head !== undefined) {
      this.#claimed = Math.max(this.#claimed, this.#readTo ?? 0);
      const { changes, pointersToS3 } = head.header;
      this.#events.onWritten();
      this.#events.onSegment({ file: this.#storage.pathOf(head.name), changes, pointersToS3, bytes: head.bytes });
    }
    return isWritten;
  }

  /** Notes how far the shard was read, from time to time, if no segment says it. */
  async #noteReach(isLast = false): Promise<void> {
    const { noteEvery, settle } = this.#settings;
    const readTo = this.#readTo;
    const isDue = isLast || performance.now() - this.#notedAt >= noteEvery;
    if (!isDue || readTo === undefined || this.#pending.length > 0 || this.position === 'end') return;
    if (readTo <= this.#noted) return;
    const head = this.#chain.head;
    const segment = head === undefined ? null : { name: head.name, sha256: head.sha256 };
    const note = { segment, readTo: new Date(readTo).toISOString(), settle };
    await this.#storage.write(reachName(placeOf(this.#shard)), formatReach(note));
    this.#notedAt = performance.now();
    this.#noted = readTo;
    this.#claimed = Math.max(this.#claimed, readTo);
    this.#events.onWritten();
  }
}

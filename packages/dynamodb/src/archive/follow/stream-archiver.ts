import { LeaseHeldError } from '../../storage/errors.ts';
import type { Lease } from '../../storage/lease.ts';
import type { Storage } from '../../storage/storage.ts';
import type { StreamPosition } from '../../streams/position.ts';
import type { RawRecord } from '../../streams/raw-records.ts';
import type { ShardBatch } from '../../streams/read-shard.ts';
import type { Shard } from '../../streams/shards.ts';
import { followName, shardsName } from '../format/names.ts';
import { formatShards } from '../format/notes.ts';
import type { ArchivedTable, SegmentHeader } from '../format/segment.ts';
import { findPruned } from '../read/find-pruned.ts';
import { findLastSegment } from '../store/shard-chain.ts';
import type { FollowEvent, FollowSettings } from './options.ts';
import { ShardArchiver } from './shard-archiver.ts';
import { beginningOf } from './shard-beginning.ts';
import { ShardShares } from './share-shards.ts';

interface StreamArchiverOptions {
  readonly storage: Storage;
  readonly table: ArchivedTable;
  readonly stream: SegmentHeader['stream'];
  readonly settings: FollowSettings;
  /** Whether a shard is left once it has been read to the end that it has now. */
  readonly once: boolean;
  readonly onEvent: (event: FollowEvent) => void;
  /** Called when a segment or a note was written. */
  readonly onWritten: () => void;
}

/** A shard that this follower reads. */
interface OwnShard {
  readonly archiver: ShardArchiver;
  readonly lease: Lease;
}

/** Archives the shards of a stream that no other follower has. */
export class StreamArchiver {
  readonly #options: StreamArchiverOptions;
  readonly #own = new Map<string, OwnShard>();
  #notedShards = '';
  readonly #ofOthers = new Set<string>();
  readonly #shares: ShardShares;
  /** Whether another follower has a shard that this one asked for since the last look. */
  #isRefused = false;
  /** Shards that are left at their next answer. */
  readonly #toLeave = new Set<string>();
  /** Shards that were read at least once, have ended, or are another follower's. */
  readonly #seen = new Set<string>();
  #first: readonly string[] = [];
  /** Whether a shard is left once it has been read to the end that it has now. */
  #leavesAtEnd: boolean;
  #gaps = 0;
  #knownGaps = 0;
  #awaited: (() => void) | undefined;

  constructor(options: StreamArchiverOptions) {
    this.#options = options;
    this.#leavesAtEnd = options.once;
    const { storage, table, stream, settings } = options;
    this.#shares = new ShardShares(storage, { table: table.name, label: stream.label }, settings.noteEvery);
  }

  /** From now on, a shard is left once it has been read to the end that it has now: no more changes come. */
  leaveAtEnd(): void {
    this.#leavesAtEnd = true;
  }

  /** Notes which shards the stream has, if that has changed. */
  async takeShards(shards: readonly Shard[], requestedAt: Date): Promise<void> {
    const { storage, table, stream } = this.#options;
    const ids = new Set(shards.map(({ id }) => id));
    this.#first = shards.filter(({ parentId }) => parentId === undefined || !ids.has(parentId)).map(({ id }) => id);
    await this.#share();
    const listed = JSON.stringify(shards);
    if (listed === this.#notedShards) return;
    await noteShards(storage, table, stream, shards, requestedAt);
    this.#notedShards = listed;
  }

  async #share(): Promise<void> {
    if (this.#leavesAtEnd) return;
    const isRefused = this.#isRefused;
    this.#isRefused = false;
    for (const id of await this.#shares.look([...this.#own.keys()], isRefused)) this.#toLeave.add(id);
  }

  /** Whether the shards without parents have been read once, so that it is known whether changes are missing before them. */
  get isSettled(): boolean {
    return this.#first.length > 0 && this.#first.every((id) => this.#seen.has(id));
  }

  /** Where to read a shard on; undefined while another follower has it, or its parent. */
  async positionOf(shard: Shard): Promise<StreamPosition | undefined> {
    const position = await this.#positionOf(shard);
    if (position === undefined || position === 'end') this.#seen.add(shard.id);
    return position;
  }

  async #positionOf(shard: Shard): Promise<StreamPosition | undefined> {
    const own = this.#own.get(shard.id);
    if (own !== undefined) return own.archiver.position;
    if (!this.#shares.mayTake(shard.id)) return undefined;
    const lease = await this.#lease(shard);
    if (lease === undefined) return this.#isEnded(shard.id).then((isEnded) => (isEnded ? 'end' : undefined));
    try {
      if (await this.#isPruned(shard)) {
        await lease.release();
        return 'end';
      }
      const archiver = await this.#open(shard);
      if (archiver === undefined || archiver.position === 'end') {
        await lease.release();
        return archiver === undefined ? undefined : 'end';
      }
      await this.#shares.take(shard.id);
      this.#own.set(shard.id, { archiver, lease });
      return archiver.position;
    } catch (error) {
      await lease.release();
      throw error;
    }
  }

  /** @returns whether to go on with the shard */
  async take(batch: ShardBatch<RawRecord>): Promise<boolean> {
    const own = this.#own.get(batch.shard.id);
    if (own === undefined) return false;
    await own.archiver.take(batch);
    this.#seen.add(batch.shard.id);
    const isToLeave = this.#toLeave.delete(batch.shard.id);
    if (batch.position === 'end' || isToLeave) await this.#leave(batch.shard.id);
    else if (own.archiver.wasOvertaken() && (await isLost(own.lease))) await this.#drop(batch.shard.id);
    if (!this.#own.has(batch.shard.id)) return false;
    return !(this.#leavesAtEnd && own.archiver.isCaughtUp);
  }

  async takeTrimmed(shard: Shard): Promise<void> {
    await this.#own.get(shard.id)?.archiver.takeTrimmed();
  }

  /** Waits until there is a gap that was not there at the last call. */
  async nextGap(abortSignal: AbortSignal): Promise<void> {
    abortSignal.throwIfAborted();
    if (this.#gaps === this.#knownGaps) {
      await new Promise<void>((resolve, reject) => {
        this.#awaited = resolve;
        abortSignal.addEventListener('abort', () => reject(abortSignal.reason), { once: true });
      });
    }
    this.#knownGaps = this.#gaps;
  }

  /**
   * Writes what was read and is not yet written, and gives all leases back, also where something cannot be written.
   * @throws the first failure
   */
  async finish(): Promise<void> {
    const leaving = [...this.#own.keys()].map((id) => this.#leave(id));
    const left = await Promise.allSettled([...leaving, this.#shares.stop()]);
    const failed = left.find(({ status }) => status === 'rejected');
    if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
  }

  async #leave(id: string): Promise<void> {
    const own = this.#own.get(id);
    if (own === undefined) return;
    this.#own.delete(id);
    try {
      await own.archiver.finish();
    } finally {
      await own.lease.release();
    }
  }

  /** Leaves a shard to a follower that has taken its lease, and so writes what is missing. */
  async #drop(id: string): Promise<void> {
    const own = this.#own.get(id);
    this.#own.delete(id);
    await own?.lease.release();
  }

  async #lease({ id }: Shard): Promise<Lease | undefined> {
    const { storage, table, stream, onEvent } = this.#options;
    try {
      return await storage.lease(followName({ table: table.name, label: stream.label, shard: id }));
    } catch (error) {
      if (!(error instanceof LeaseHeldError)) throw error;
      if (!this.#ofOthers.has(id)) onEvent({ kind: 'shard of another', table: table.name, shard: id });
      this.#ofOthers.add(id);
      this.#isRefused = true;
      return undefined;
    }
  }

  async #isEnded(shard: string): Promise<boolean> {
    const { storage, table, stream } = this.#options;
    const last = await findLastSegment(storage, { table: table.name, label: stream.label, shard });
    return last?.header.ended ?? false;
  }

  /** Whether a pruning has removed what was archived of it. */
  async #isPruned({ id }: Shard): Promise<boolean> {
    const { storage, table, stream } = this.#options;
    const pruned = await findPruned(storage, { table: table.name, label: stream.label });
    return pruned?.shards.includes(id) ?? false;
  }

  /** @returns undefined while another follower has the parent */
  async #open({ id, parentId }: Shard): Promise<ShardArchiver | undefined> {
    const { storage, table, stream, settings, onEvent, onWritten } = this.#options;
    const beginning = await beginningOf(storage, { table: table.name, label: stream.label }, parentId);
    const shard = { table, stream, id, parent: parentId ?? null };
    return ShardArchiver.open(storage, shard, beginning, settings, {
      onSegment: (segment) => onEvent({ kind: 'segment', table: table.name, ...segment }),
      onGap: (gap) => {
        onEvent({ kind: 'gap', table: table.name, shard: id, gap });
        this.#gaps += 1;
        this.#awaited?.();
      },
      onWritten,
    });
  }
}

/** Notes which shards a stream has. */
export async function noteShards(
  storage: Storage,
  table: ArchivedTable,
  { arn, label }: SegmentHeader['stream'],
  shards: readonly Shard[],
  requestedAt: Date,
): Promise<void> {
  const note = { arn, at: requestedAt.toISOString(), shards };
  await storage.write(shardsName({ table: table.name, label }), formatShards(note));
}

/** Whether another follower has taken a lease, since this one was thought to be dead. */
async function isLost(lease: Lease): Promise<boolean> {
  try {
    await lease.check();
    return false;
  } catch (error) {
    if (!(error instanceof LeaseHeldError)) throw error;
    return true;
  }
}

import { Backoff } from '@cumulus/dynamodb/aws';
import { conditions, MAX_TRANSACTION_WRITES, type Update, writeTogether } from '@cumulus/dynamodb/items';
import { isAfter, type StreamPosition } from '@cumulus/dynamodb/streams';
import type { Change } from './change.ts';
import type { CountedType } from './counted-types.ts';
import { type CountsState, LOCK_TIME, MAX_CLOCK_DIFFERENCE, readState, whileInForce } from './counts-state.ts';
import { type CountsTable, collectionGroup, countAttributes, dayGroup, daysOf } from './counts-table.ts';
import {
  type Checkpoint,
  checkpointAttributes,
  readCheckpoint,
  type ShardName,
  shardGroup,
} from './shard-checkpoint.ts';
import { Tally } from './tally.ts';

/** A transaction has the checkpoint, and the counts of these groups. */
const MAX_GROUPS = MAX_TRANSACTION_WRITES - 1;

/** A change has two collections at the most, and two days of each and of all records. */
const GROUPS_OF_CHANGE = 6;

/** The waits between two looks whether a recount has ended. */
const LOCK_DELAYS = { initialDelay: 50, maxDelay: 1_000 };

export interface ShardFeedOptions extends CountsTable {
  readonly recordType: CountedType;
  readonly shard: ShardName;
  readonly abortSignal?: AbortSignal | undefined;
}

/** Where the counts stand, as far as one shard is concerned. */
interface Standing {
  readonly state: CountsState;
  readonly checkpoint: Checkpoint | undefined;
}

/**
 * Counts the changes of one shard, each once. What they add goes to the counts in one transaction with the shard's
 * checkpoint, which has to be what it was when the transaction was made. So a change that comes twice (in a repeated
 * batch, to a second reader, or after a kill) is counted once.
 */
export class ShardFeed {
  readonly #options: ShardFeedOptions;
  #standing: Standing | undefined;

  constructor(options: ShardFeedOptions) {
    this.#options = options;
  }

  /** The counts' state and the shard's checkpoint, as they are now. */
  async load(): Promise<Standing> {
    const { recordType, shard, abortSignal } = this.#options;
    for (const backoff = new Backoff(LOCK_DELAYS); ; await backoff.wait(abortSignal)) {
      abortSignal?.throwIfAborted();
      const state = await readState(this.#options, recordType);
      if (!isLocked(state)) {
        const checkpoint = await readCheckpoint(this.#options, recordType, shardGroup(state.generation, shard));
        this.#standing = { state, checkpoint };
        return this.#standing;
      }
    }
  }

  /**
   * Counts those of the changes that are not counted yet.
   * @param changes in their order, without a gap to what came before
   * @param end whether they are the shard's last
   */
  async apply(changes: readonly Change[], end = false): Promise<void> {
    for (;;) {
      const standing = this.#standing ?? (await this.load());
      const position = standing.checkpoint?.position ?? 'start';
      const left = changes.filter(({ sequenceNumber }) => isAfter(sequenceNumber, position));
      if (left.length === 0 && (!end || position === 'end')) return;
      const { tally, taken } = cut(left);
      const isAll = taken.length === left.length;
      await this.#write(
        standing,
        tally,
        taken.at(-1),
        end && isAll ? 'end' : (taken.at(-1)?.sequenceNumber ?? position),
      );
    }
  }

  /** Notes that the shard was read up to where it was read before, in case it is idle for long. */
  async touch(): Promise<void> {
    const standing = await this.load();
    await this.#write(standing, new Tally(), undefined, standing.checkpoint?.position ?? 'start');
  }

  /** Writes, or finds that others wrote meanwhile; then the standing has to be read again. */
  async #write(standing: Standing, tally: Tally, last: Change | undefined, position: StreamPosition): Promise<void> {
    const { client, countsTable, recordType, shard } = this.#options;
    const { state, checkpoint } = standing;
    const { generation } = state;
    const all = whileInForce(countsTable, recordType, state);
    const before = checkpoint?.position;
    const attributes = checkpointAttributes(position);
    const update = (group: string, changes: Update['changes'], conditions: Update['conditions'] = []): Update => ({
      ...{ kind: 'update', table: countsTable, key: { recordType, group }, changes, conditions },
    });
    const { done } = await writeTogether(client, [
      update(shardGroup(generation, shard), { set: attributes }, [
        before === undefined ? conditions.absent('position') : conditions.equals('position', before),
      ]),
      {
        ...all,
        changes: {
          ...all.changes,
          set: { ...all.changes.set, changedAt: last?.time },
          add: countAttributes(tally.all, 'all'),
        },
      },
      ...[...tally.collections]
        .filter(([, group]) => !group.isZero)
        .map(([collectionId, group]) =>
          update(collectionGroup(generation, collectionId), {
            set: { collectionId },
            add: countAttributes(group, 'collection'),
          }),
        ),
      ...daysOf(tally)
        .filter(({ counts }) => Object.keys(counts).length > 0)
        .map(({ collectionId, day, counts }) =>
          update(dayGroup(generation, collectionId, day), { set: { collectionId, day }, add: counts }),
        ),
    ]);
    this.#standing = done
      ? { state: { ...state, lockedUntil: undefined }, checkpoint: { position, readAt: Date.now() } }
      : undefined;
  }
}

/** Whether a recount is ending. A lock that ends later than any recount asks for comes from a wrong clock. */
function isLocked({ lockedUntil }: CountsState): boolean {
  if (lockedUntil === undefined) return false;
  const left = lockedUntil - Date.now();
  return left >= 0 && left <= LOCK_TIME + MAX_CLOCK_DIFFERENCE;
}

/** As many of the changes as fit into a transaction, and what they add. */
function cut(changes: readonly Change[]): { readonly tally: Tally; readonly taken: readonly Change[] } {
  const tally = new Tally();
  let taken = 0;
  for (const { before, after } of changes) {
    if (tally.size > MAX_GROUPS - GROUPS_OF_CHANGE) break;
    if (before !== undefined) tally.add(before, -1);
    if (after !== undefined) tally.add(after, 1);
    taken += 1;
  }
  return { tally, taken: changes.slice(0, taken) };
}

import { randomUUID } from 'node:crypto';
import type { Storage } from '../../storage/storage.ts';
import { type ShardPlace, waitingName } from '../format/names.ts';
import { formatWaiting, parseWaiting } from '../format/notes.ts';

/** How old a note may be, in milliseconds. The clocks of machines differ. */
const NOTE_LASTS = 5 * 60_000;

/** How long a follower does not take what it has given up, in milliseconds. */
const GIVEN_UP_FOR = 30_000;

/**
 * How followers share the shards of a stream. One without a shard leaves a note. One that has several finds it, removes it, and gives up
 * half of them, which the other takes then. So each has some, if there are enough.
 */
export class ShardShares {
  readonly #storage: Storage;
  readonly #name: string;
  /** The time between two looks, in milliseconds. */
  readonly #lookEvery: number;
  readonly #follower = randomUUID();
  readonly #givenUp = new Map<string, number>();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #isWaiting = false;

  constructor(storage: Storage, place: Omit<ShardPlace, 'shard'>, lookEvery: number) {
    this.#storage = storage;
    this.#name = waitingName(place);
    this.#lookEvery = lookEvery;
  }

  /** Whether a shard may be taken: it was not given up a moment ago. */
  mayTake(shard: string): boolean {
    const givenUpAt = this.#givenUp.get(shard);
    return givenUpAt === undefined || performance.now() - givenUpAt > GIVEN_UP_FOR;
  }

  /** Notes that a shard was taken: this follower waits for none any more. */
  async take(shard: string): Promise<void> {
    this.#givenUp.delete(shard);
    await this.stop();
  }

  /** Waits for no shard any more. */
  async stop(): Promise<void> {
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    await this.#storage.remove(this.#name);
  }

  /**
   * Looks from time to time whether shards are to be shared.
   * @param own the shards that this follower has
   * @param areOfOthers whether others have some
   * @returns the shards to give up
   */
  async look(own: readonly string[], areOfOthers: boolean): Promise<readonly string[]> {
    const isNeeded = own.length === 0 ? areOfOthers : own.length > 1;
    if (!isNeeded || performance.now() - this.#lookedAt < this.#lookEvery) return [];
    this.#lookedAt = performance.now();
    if (own.length === 0) {
      this.#isWaiting = true;
      const note = { follower: this.#follower, at: new Date().toISOString() };
      await this.#storage.write(this.#name, formatWaiting(note));
      return [];
    }
    const note = parseWaiting((await this.#storage.read(this.#name))?.toString('utf8') ?? '');
    if (note === undefined || Math.abs(Date.now() - Date.parse(note.at)) > NOTE_LASTS) return [];
    await this.#storage.remove(this.#name);
    const shards = own.slice(Math.ceil(own.length / 2));
    for (const shard of shards) this.#givenUp.set(shard, performance.now());
    return shards;
  }
}

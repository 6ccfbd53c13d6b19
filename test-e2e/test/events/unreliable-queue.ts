import { numberBetween, type Random } from '../kit/faults/random.ts';

/** Share of the messages that are delivered twice or three times though all is well. */
const REPEATED = 0.1;

/** So often a message is delivered that never can be handled, before it is dead. */
const MAX_RECEIVES = 3;

export interface QueuedEvent {
  readonly event: object;
  /** Whether it never can be handled. */
  readonly isForeign: boolean;
}

export interface QueuedMessage extends QueuedEvent {
  readonly id: string;
}

/**
 * Delivers events as a queue may: in any order, some of them repeatedly, and again what could not be handled; a few times only
 * what never can be.
 */
export class UnreliableQueue {
  readonly #random: Random;
  readonly #waiting: QueuedMessage[];
  readonly #receives = new Map<string, number>();
  readonly dead: QueuedMessage[] = [];
  #delivered = 0;

  constructor(events: readonly QueuedEvent[], random: Random) {
    this.#random = random;
    const messages = events.flatMap(({ event, isForeign }, index) => {
      const copies = random() < REPEATED ? numberBetween(random, 2, 3) : 1;
      return Array.from({ length: copies }, (_, copy) => ({ id: `${index}-${copy}`, event, isForeign }));
    });
    this.#waiting = messages
      .map((message) => ({ message, place: random() }))
      .sort((a, b) => a.place - b.place)
      .map(({ message }) => message);
  }

  /** How many wait to be delivered. */
  get length(): number {
    return this.#waiting.length;
  }

  /** How many have been, each time counted. */
  get delivered(): number {
    return this.#delivered;
  }

  /** @returns so many messages at the most; none once nothing waits */
  deliver(count: number): readonly QueuedMessage[] {
    const batch = this.#waiting.splice(0, count);
    this.#delivered += batch.length;
    return batch;
  }

  comeAgain(messages: readonly QueuedMessage[]): void {
    for (const message of messages) {
      const receives = (this.#receives.get(message.id) ?? 0) + 1;
      this.#receives.set(message.id, receives);
      if (message.isForeign && receives >= MAX_RECEIVES) {
        this.dead.push(message);
        continue;
      }
      this.#waiting.splice(numberBetween(this.#random, 0, this.#waiting.length), 0, message);
    }
  }
}

import { numberBetween, type Random } from '../faults/random.ts';

/** Share of the messages that are delivered twice or three times though all is well. */
const REPEATED = 0.1;

export interface QueuedMessage {
  readonly id: string;
  readonly event: object;
}

/** Delivers events as a queue may: in any order, some of them repeatedly, and again what could not be handled. */
export class UnreliableQueue {
  readonly #random: Random;
  readonly #waiting: QueuedMessage[];
  #delivered = 0;

  constructor(events: readonly object[], random: Random) {
    this.#random = random;
    const messages = events.flatMap((event, index) => {
      const copies = random() < REPEATED ? numberBetween(random, 2, 3) : 1;
      return Array.from({ length: copies }, (_, copy) => ({ id: `${index}-${copy}`, event }));
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
      this.#waiting.splice(numberBetween(this.#random, 0, this.#waiting.length), 0, message);
    }
  }
}

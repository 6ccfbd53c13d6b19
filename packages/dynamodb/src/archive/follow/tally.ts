import type { FollowEvent, FollowResult } from './options.ts';

/** Counts what happens. */
export class Tally {
  readonly #table: string;
  readonly #onEvent: ((event: FollowEvent) => void) | undefined;
  #segments = 0;
  #changes = 0;
  #bytes = 0;
  #gaps = 0;
  readonly #bases: string[] = [];

  constructor(table: string, onEvent: ((event: FollowEvent) => void) | undefined) {
    this.#table = table;
    this.#onEvent = onEvent;
  }

  get result(): FollowResult {
    return {
      table: this.#table,
      segments: this.#segments,
      changes: this.#changes,
      bytes: this.#bytes,
      gaps: this.#gaps,
      bases: [...this.#bases],
    };
  }

  readonly take = (event: FollowEvent): void => {
    if (event.kind === 'segment') {
      this.#segments += 1;
      this.#changes += event.changes;
      this.#bytes += event.bytes;
    }
    if (event.kind === 'gap') this.#gaps += 1;
    if (event.kind === 'base made') this.#bases.push(event.file);
    this.#onEvent?.(event);
  };
}

import type { CopiedPayloads } from '../payloads/options.ts';
import type { FollowEvent, FollowResult } from './options.ts';

/** Counts what happens. */
export class Tally {
  readonly #table: string;
  readonly #listeners: ((event: FollowEvent) => void)[];
  #segments = 0;
  #changes = 0;
  #bytes = 0;
  #gaps = 0;
  #pointers = 0;
  #payloads: CopiedPayloads | undefined;
  readonly #bases: string[] = [];

  constructor(table: string, onEvent: ((event: FollowEvent) => void) | undefined) {
    this.#table = table;
    this.#listeners = onEvent === undefined ? [] : [onEvent];
  }

  listen(listener: (event: FollowEvent) => void): void {
    this.#listeners.push(listener);
  }

  get result(): FollowResult {
    return {
      table: this.#table,
      segments: this.#segments,
      changes: this.#changes,
      pointersToS3: this.#pointers,
      payloads: this.#payloads,
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
      this.#pointers += event.pointersToS3;
    }
    if (event.kind === 'gap') this.#gaps += 1;
    if (event.kind === 'base made') this.#bases.push(event.file);
    if (event.kind === 'payloads') this.#payloads = event.copied;
    for (const listener of this.#listeners) listener(event);
  };
}

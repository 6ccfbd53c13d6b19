import { AccessDeniedError } from '../../aws/errors.ts';
import type { Storage } from '../../storage/storage.ts';

/** Raised when an older checkpoint can no longer be continued. */
const CHECKPOINT_VERSION = 1;

/** Where an unfinished work stands, in a file that always has the whole of it. */
export class Checkpoint<State extends object> {
  readonly #storage: Storage;
  readonly #name: string;

  constructor(storage: Storage, name: string) {
    this.#storage = storage;
    this.#name = name;
  }

  /** @returns undefined where there is no checkpoint, or one that this release cannot continue */
  async load(): Promise<State | undefined> {
    try {
      const content = await this.#storage.read(this.#name, { refuseLinks: true });
      return content === undefined ? undefined : parseCheckpoint<State>(content.toString('utf8'));
    } catch (error) {
      // S3 says so of an object that does not exist, to those who may not list the bucket.
      if (error instanceof AccessDeniedError) return undefined;
      throw error;
    }
  }

  async save(state: State): Promise<void> {
    await this.#storage.write(this.#name, JSON.stringify({ version: CHECKPOINT_VERSION, ...state }));
  }

  /** Removes the checkpoint, if there is one. */
  async remove(): Promise<void> {
    await this.#storage.remove(this.#name);
  }
}

function parseCheckpoint<State extends object>(text: string): State | undefined {
  try {
    const checkpoint = JSON.parse(text) as (State & { readonly version: number }) | null;
    return checkpoint?.version === CHECKPOINT_VERSION ? checkpoint : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

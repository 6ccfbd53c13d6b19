import { rm } from 'node:fs/promises';
import { explainFileError, isNoSuchFile, readOwnText, writeDurably } from './durable-file.ts';

/** Raised when an older checkpoint can no longer be continued. */
const CHECKPOINT_VERSION = 1;

/** Where an unfinished work stands, in a place that always has the whole of it. */
export interface CheckpointFile<State extends object> {
  /** @returns undefined where there is no checkpoint, or one that this release cannot continue */
  load(): Promise<State | undefined>;
  save(state: State): Promise<void>;
  /** Removes the checkpoint, if there is one. */
  remove(): Promise<void>;
}

export class DiskCheckpoint<State extends object> implements CheckpointFile<State> {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async load(): Promise<State | undefined> {
    try {
      return parseCheckpoint<State>(await readOwnText(this.#path));
    } catch (error) {
      if (isNoSuchFile(error)) return undefined;
      throw explainFileError(error, this.#path);
    }
  }

  async save(state: State): Promise<void> {
    await writeDurably(this.#path, formatCheckpoint(state));
  }

  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

/** A checkpoint's text, as it is stored. */
export function formatCheckpoint(state: object): string {
  return JSON.stringify({ version: CHECKPOINT_VERSION, ...state });
}

/** @returns undefined if it is none that this release can continue */
export function parseCheckpoint<State extends object>(text: string): State | undefined {
  try {
    const checkpoint = JSON.parse(text) as (State & { readonly version: number }) | null;
    return checkpoint?.version === CHECKPOINT_VERSION ? checkpoint : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

import { readFile } from 'node:fs/promises';
import { explainFileError, writeDurably } from './durable-file.ts';

/** Raised when an older checkpoint can no longer be continued. */
const CHECKPOINT_VERSION = 1;

/** Where an unfinished work stands, in a file that is always whole. */
export async function saveCheckpoint<State extends object>(path: string, state: State): Promise<void> {
  await writeDurably(path, JSON.stringify({ version: CHECKPOINT_VERSION, ...state }));
}

/** @returns undefined where there is no checkpoint, or one that this release cannot continue */
export async function loadCheckpoint<State extends object>(path: string): Promise<State | undefined> {
  try {
    const checkpoint = JSON.parse(await readFile(path, 'utf8')) as State & { readonly version: number };
    return checkpoint.version === CHECKPOINT_VERSION ? checkpoint : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw explainFileError(error, path);
  }
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explainFileError } from './errors.ts';

/** A directory for this process's user alone. */
export interface TemporaryDirectory {
  readonly path: string;
  /** Removes it with everything in it. It may be called again. */
  readonly remove: () => Promise<void>;
}

/** @param name what its name begins with @throws FileError */
export async function createTemporaryDirectory(name: string): Promise<TemporaryDirectory> {
  try {
    const path = await mkdtemp(join(tmpdir(), `${name}-`));
    return { path, remove: () => rm(path, { recursive: true, force: true }) };
  } catch (error) {
    throw explainFileError(error, tmpdir());
  }
}

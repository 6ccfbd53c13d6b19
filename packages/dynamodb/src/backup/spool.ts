import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explainFileError, PRIVATE_FILE } from './durable-file.ts';

/** A stream's content in a private file, so that it can be checked to its end before it is used. */
export interface SpooledInput {
  readonly path: string;
  /** Removes the file. */
  remove(): Promise<void>;
}

/** Copies a stream, standard input for instance, to a private temporary file. */
export async function spool(stream: AsyncIterable<Uint8Array>, abortSignal?: AbortSignal): Promise<SpooledInput> {
  const directory = await mkdtemp(join(tmpdir(), 'cumulus-restore-'));
  const path = join(directory, 'input.json');
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  try {
    const file = await open(path, 'wx', PRIVATE_FILE);
    try {
      for await (const chunk of stream) {
        abortSignal?.throwIfAborted();
        await file.writeFile(chunk);
      }
    } finally {
      await file.close();
    }
    return { path, remove };
  } catch (error) {
    await remove();
    throw explainFileError(error, path);
  }
}

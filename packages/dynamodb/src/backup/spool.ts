import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { explainFileError } from './durable-file.ts';
import { createTemporaryFile } from './temporary-file.ts';

/** A stream's content in a private file, so that it can be checked to its end before it is used. */
export interface SpooledInput {
  readonly path: string;
  /** Removes the file. */
  remove(): Promise<void>;
}

/**
 * Copies a stream, standard input for instance, to a private temporary file.
 * @throws FileError; what the stream throws, and the abort's reason
 */
export async function spool(stream: AsyncIterable<Uint8Array>, abortSignal?: AbortSignal): Promise<SpooledInput> {
  let path = tmpdir();
  const remove = (): Promise<void> => rm(path, { force: true });
  try {
    const created = await createTemporaryFile(path);
    path = created.path;
    try {
      for await (const chunk of stream) {
        abortSignal?.throwIfAborted();
        await created.file.writeFile(chunk);
      }
    } finally {
      await created.file.close();
    }
    return { path, remove };
  } catch (error) {
    if (path !== tmpdir()) await remove();
    throw explainFileError(error, path);
  }
}

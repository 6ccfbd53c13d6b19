import { randomUUID } from 'node:crypto';
import { openStorageOf, type StorageOptions } from './open-storage.ts';

export interface WriteWholeOptions extends StorageOptions {
  /** JSON unless given. */
  readonly contentType?: string | undefined;
  /** About how many bytes there will be. */
  readonly expectedBytes: number;
  /** Whether the caller makes sure that nobody else writes it; else a lease beside it does. */
  readonly isSole?: boolean | undefined;
}

/**
 * Writes a file of any size in pieces. It has its name once it is whole, at one moment, in place of what had it; interrupted anywhere, there
 * is what was there before.
 * @param location its path, or `s3://BUCKET/KEY`
 * @throws FileError, StorageError; LeaseHeldError where another process writes it; what the pieces throw
 *
 * @example
 * ```ts
 * import { writeWhole } from '@cumulus/dynamodb/storage';
 *
 * async function* pieces() {
 *   yield Buffer.from('[1,');
 *   yield Buffer.from('2]');
 * }
 * await writeWhole('s3://prod-internal/prod/report.json', pieces(), { expectedBytes: 5 });
 * ```
 */
export async function writeWhole(
  location: string,
  pieces: AsyncIterable<Uint8Array>,
  { contentType = 'application/json', expectedBytes, isSole = false, ...options }: WriteWholeOptions,
): Promise<void> {
  const { abortSignal } = options;
  const { storage, name } = await openStorageOf(location, options);
  await storage.prepare();
  await storage.requireFiles([name]);
  const lease = isSole ? undefined : await storage.lease(name);
  const removeUnfinished = (): Promise<void> => storage.removeUnfinished(name, (each) => each === name);
  try {
    // What a writer that was killed had begun.
    await removeUnfinished();
    // By the metadata it is known again after a lost answer.
    const metadata = { 'cumulus-file': randomUUID() };
    const file = await storage.create(name, { contentType, metadata, expectedBytes, abortSignal });
    try {
      for await (const piece of pieces) {
        abortSignal?.throwIfAborted();
        await file.append(piece);
      }
      await file.finish();
      await lease?.check();
      await file.publish();
    } catch (error) {
      await file.close();
      await removeUnfinished();
      throw error;
    }
  } finally {
    await lease?.release();
  }
}

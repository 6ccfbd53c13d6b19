import { once } from 'node:events';
import type { Writable } from 'node:stream';

/**
 * Writes a line for each of these, no faster than it is read, until the reader goes away.
 * @throws the abort's reason; what the items throw
 *
 * @example
 * ```ts
 * import { type Context, writeLines } from '@cumulus/cli';
 *
 * declare const events: AsyncIterable<{ id: string }>;
 * declare const context: Context;
 * await writeLines(events, ({ id }) => id, context.stdout, context.abortSignal);
 * ```
 */
export async function writeLines<T>(
  items: AsyncIterable<T>,
  lineOf: (item: T) => string,
  to: Writable,
  abortSignal: AbortSignal,
): Promise<void> {
  for await (const item of items) {
    abortSignal.throwIfAborted();
    const isRead = to.write(`${lineOf(item)}\n`);
    if (!to.writable) return;
    // Of a reader that goes away, `head` for instance, the other listener to errors takes note.
    if (!isRead) await once(to, 'drain', { signal: abortSignal }).catch(() => undefined);
  }
}

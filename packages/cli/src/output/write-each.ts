import { once } from 'node:events';
import type { Writable } from 'node:stream';

/**
 * Writes a text for each of these, no faster than it is read, until the reader goes away.
 * @throws the abort's reason; what the items throw
 */
export async function writeEach<T>(
  items: AsyncIterable<T>,
  textOf: (item: T) => string,
  to: Writable,
  abortSignal: AbortSignal,
): Promise<void> {
  for await (const item of items) {
    abortSignal.throwIfAborted();
    const isRead = to.write(textOf(item));
    if (!to.writable) return;
    // Of a reader that goes away, `head` for instance, the other listener to errors takes note.
    if (!isRead) await once(to, 'drain', { signal: abortSignal }).catch(() => undefined);
  }
}

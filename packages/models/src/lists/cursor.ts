import type { PlainItem } from '@cumulus/dynamodb/items';
import { InvalidCursorError } from '../errors.ts';
import { canBeKey } from '../schemas/fields.ts';

/**
 * Where a list goes on, as a text for a URL. What is in it belongs to the list that gave it: a cursor holds the keys of
 * items that the caller has seen, and nothing secret.
 *
 * @example
 * ```ts
 * import { decodeCursor, encodeCursor } from '@cumulus/models';
 *
 * const cursor = encodeCursor('my list', { after: 'an id' });
 * decodeCursor('my list', cursor); // { after: 'an id' }
 * ```
 */
export function encodeCursor(list: string, position: unknown): string {
  return Buffer.from(JSON.stringify([list, position])).toString('base64url');
}

/**
 * Reads a cursor back.
 * @param list what the list is of: a cursor of another list is refused, since it would skip or repeat records
 * @throws InvalidCursorError
 *
 * @example
 * ```ts
 * import { decodeCursor, encodeCursor } from '@cumulus/models';
 *
 * const position = decodeCursor('my list', encodeCursor('my list', 5)); // 5
 * ```
 */
export function decodeCursor(list: string, cursor: string): unknown {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    parts = undefined;
  }
  if (!Array.isArray(parts) || parts.length !== 2 || typeof parts[0] !== 'string') {
    throw new InvalidCursorError(`"${cursor.slice(0, 100)}" is not a cursor.`, [
      'Give a page’s own cursor, unchanged.',
    ]);
  }
  if (parts[0] !== list) {
    throw new InvalidCursorError('The cursor is of another list.', [
      'Ask for the next page with the same filters and order as for the page that gave it.',
    ]);
  }
  return parts[1];
}

/**
 * The key at which a page of a table or an index ended, out of a cursor.
 * @param key the attributes of the key; all are texts
 * @throws InvalidCursorError where the position is no such key: DynamoDB's own error would not say that it is the cursor
 */
export function positionInTable(position: unknown, key: readonly string[]): PlainItem {
  const fields = Object.entries(position ?? {});
  const isKey = fields.length === key.length && fields.every(([name, value]) => key.includes(name) && canBeKey(value));
  if (!isKey) throw damagedCursor();
  return Object.fromEntries(fields);
}

export function damagedCursor(): InvalidCursorError {
  return new InvalidCursorError('The cursor is damaged.', ['Give a page’s own cursor, unchanged.']);
}

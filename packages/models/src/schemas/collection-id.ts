/** A collection's key. */
export interface CollectionKey {
  readonly name: string;
  readonly version: string;
}

const SEPARATOR = '___';

/**
 * The id by which other records name a collection: `MOD09GQ___006`.
 *
 * @example
 * ```ts
 * import { constructCollectionId } from '@cumulus/models/schemas';
 *
 * constructCollectionId({ name: 'MOD09GQ', version: '006' }); // 'MOD09GQ___006'
 * ```
 */
export function constructCollectionId({ name, version }: CollectionKey): string {
  return `${name}${SEPARATOR}${version}`;
}

/**
 * The key of the collection that an id stands for; undefined for what is no id of a collection. An id is split where its
 * last `___` begins, as later releases do, so that names may hold `___` and end in `_`. `isSafeVersion` keeps the
 * versions such that this is always the collection that the id was made of.
 *
 * @example
 * ```ts
 * import { deconstructCollectionId } from '@cumulus/models/schemas';
 *
 * deconstructCollectionId('MOD09GQ___006'); // { name: 'MOD09GQ', version: '006' }
 * ```
 */
export function deconstructCollectionId(collectionId: string): CollectionKey | undefined {
  const end = collectionId.lastIndexOf(SEPARATOR);
  const key = { name: collectionId.slice(0, Math.max(end, 0)), version: collectionId.slice(end + SEPARATOR.length) };
  return end > 0 && key.version !== '' ? key : undefined;
}

/** Whether a version leaves it clear where it begins in a collection's id. */
export function isSafeVersion(version: string): boolean {
  return !version.startsWith('_') && !version.includes(SEPARATOR);
}

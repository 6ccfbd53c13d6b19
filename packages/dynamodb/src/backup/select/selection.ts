import type { LinePlace } from '../format/line-place.ts';
import type { ItemFilter } from './item-filter.ts';

/** A file of keys: lines of JSON, each a key or an item, plain or typed, or a difference, `{"kind":…,"key":{…}}`. */
export interface KeysFile {
  /** A path, or `s3://BUCKET/KEY`; gzipped or not. */
  readonly file: string;
  /** What to call it in messages, if not by its path. */
  readonly fileName?: string | undefined;
}

/** Which items of a backup are wanted: those with the keys of a file, or those that meet all filters. */
export type Selection = { readonly keys: KeysFile } | { readonly where: readonly ItemFilter[] };

/** Keys that were asked for, and that the backup does not have. */
export interface KeysNotFound {
  /** How many; all were counted. */
  readonly keys: number;
  /** The first ten, in the order of their file. */
  readonly first: readonly KeyNotFound[];
}

export interface KeyNotFound extends LinePlace {
  /** In words, as `describeItemKey` gives it. */
  readonly key: string;
}

import { expiryOf, hasExpired } from '../../items/expiry.ts';
import { canonicalKey, keyOf } from '../../items/item-key.ts';
import { itemDigest, type TypedItem } from '../../items/typed-item.ts';
import type { KeySchema } from '../../tables/schema.ts';
import type { BackupSource } from '../read/backup-source.ts';
import { FirstFew } from './first-few.ts';
import type { KeyPartitions } from './key-partitions.ts';

/** How many differences are named; all are counted. */
const NAMED_DIFFERENCES = 10;

/** An item in which file and table differ. */
export interface Difference {
  /**
   * `missing`: only in the file; `extra`: only in the table, or there although a change deletes it; `changed`: in both, with other
   * values.
   */
  readonly kind: 'missing' | 'extra' | 'changed';
  readonly key: TypedItem;
  /** The line of the file, counted from 1; undefined for an item that is only in the table. */
  readonly line: number | undefined;
  /** Present where items of the file are not a line each: `line` is then the number of the item. */
  readonly unit?: 'item' | undefined;
  /** The file that the line is in, where the backup is of several files. */
  readonly file?: string | undefined;
}

/** What a comparison of a file with a table has shown; each number was counted. */
export interface Comparison {
  /**
   * Whether all items of the file are in the table with the same values, and no others, but for expired ones. Of a file of changes,
   * whether all of them are in the table; items that it does not name do not count.
   */
  readonly equal: boolean;
  /** Items read from the table. */
  readonly tableItems: number;
  readonly same: number;
  readonly changed: number;
  readonly missing: number;
  readonly extra: number;
  /** Missing items whose time to live has passed: DynamoDB has to remove them. */
  readonly expired: number;
  /** Lines of the file whose item a later line of the same key replaces. */
  readonly superseded: number;
  /** The first differences: by line, then the extra items by key. */
  readonly differences: readonly Difference[];
}

/** What is remembered of an item that a change deletes, instead of its values' digest. */
const DELETED = 'deleted';

/** What is remembered of an item: the line that it is from (null for the table's), its key, its values' digest, its end. */
type Note = readonly [line: number | null, key: TypedItem, digest: string, expires: number | null];

/** Remembers an item of the file, or (without a line) of the table, for {@link compare}. */
export function remember(
  partitions: KeyPartitions,
  key: KeySchema,
  item: TypedItem,
  fromFile?: {
    readonly line: number;
    readonly ttlAttribute: string | undefined;
    readonly isDeletion?: boolean | undefined;
  },
): Promise<void> | undefined {
  const note: Note = [
    fromFile?.line ?? null,
    keyOf(item, key),
    fromFile?.isDeletion ? DELETED : itemDigest(item),
    expiryOf(item, fromFile?.ttlAttribute),
  ];
  return partitions.add({ key: canonicalKey(item, key), note: JSON.stringify(note) });
}

/**
 * Compares all that was remembered of the file with all that was remembered of the table.
 * @param source the backup that the lines are of
 * @param options.ofChanges whether they are changes: then items of the table that they do not name are no differences
 */
export async function compare(
  partitions: KeyPartitions,
  source: Pick<BackupSource, 'name' | 'placeOf'>,
  { ofChanges = false }: { readonly ofChanges?: boolean } = {},
): Promise<Comparison> {
  const counts = { tableItems: 0, same: 0, changed: 0, missing: 0, extra: 0, expired: 0, superseded: 0 };
  const differences = new FirstFew<Difference>(NAMED_DIFFERENCES, byLineThenKey);
  const now = Date.now() / 1000;
  for await (const entries of partitions.partitions()) {
    const inFile = new Map<string, Note>();
    const inTable = new Map<string, Note>();
    for (const { key, note: text } of entries) {
      const note = JSON.parse(text) as Note;
      const [line] = note;
      if (line !== null && inFile.has(key)) counts.superseded += 1;
      (line === null ? inTable : inFile).set(key, note);
    }
    counts.tableItems += inTable.size;
    for (const [canonical, [line, key, digest, expires]] of inFile) {
      const found = inTable.get(canonical);
      if (digest === DELETED) {
        counts[found === undefined ? 'same' : 'extra'] += 1;
        if (found !== undefined) differences.add({ kind: 'extra', key, line: line ?? undefined });
      } else if (found === undefined) {
        const isExpired = hasExpired(expires, now);
        counts[isExpired ? 'expired' : 'missing'] += 1;
        if (!isExpired) differences.add({ kind: 'missing', key, line: line ?? undefined });
      } else if (found[2] === digest) {
        counts.same += 1;
      } else {
        counts.changed += 1;
        differences.add({ kind: 'changed', key, line: line ?? undefined });
      }
    }
    for (const [canonical, [, key]] of inTable) {
      if (ofChanges || inFile.has(canonical)) continue;
      counts.extra += 1;
      differences.add({ kind: 'extra', key, line: undefined });
    }
  }
  const equal = counts.changed + counts.missing + counts.extra === 0;
  return { equal, ...counts, differences: differences.list.map((difference) => withPlace(difference, source)) };
}

function withPlace(difference: Difference, source: Pick<BackupSource, 'name' | 'placeOf'>): Difference {
  if (difference.line === undefined) return difference;
  const { file, line, unit } = source.placeOf(difference.line);
  return { ...difference, line, unit, file: file === source.name ? undefined : file };
}

function byLineThenKey(a: Difference, b: Difference): number {
  if (a.line !== b.line) return (a.line ?? Number.POSITIVE_INFINITY) - (b.line ?? Number.POSITIVE_INFINITY);
  return JSON.stringify(a.key) < JSON.stringify(b.key) ? -1 : 1;
}

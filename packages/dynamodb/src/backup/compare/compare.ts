import { hasExpired } from '../../items/expiry.ts';
import type { TypedItem } from '../../items/typed-item.ts';
import type { BackupSource } from '../read/backup-source.ts';
import { FirstFew } from './first-few.ts';
import type { TableItemFacts } from './item-note.ts';
import type { ItemPair, ItemPairs, RememberedItem } from './item-pairs.ts';

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

/** What a comparison has to know of an item of the file, besides its values. */
interface FileItemFacts {
  readonly line: number;
  /** When its time to live ends; see `expiryOf`. */
  readonly expires: number | null;
  /** Whether it is the key of an item that a change deletes. */
  readonly isDeletion?: boolean | undefined;
}

/** The items of a file, and those of the table that it is compared with. */
export type FileAndTable = ItemPairs<FileItemFacts, TableItemFacts>;

/**
 * Compares all that was remembered of the file with all that was remembered of the table.
 * @param source the backup that the lines are of
 * @param options.ofChanges whether they are changes: then items of the table that they do not name are no differences
 */
export async function compare(
  items: FileAndTable,
  source: Pick<BackupSource, 'name' | 'placeOf'>,
  { ofChanges = false }: { readonly ofChanges?: boolean } = {},
): Promise<Comparison> {
  const counts = { tableItems: 0, same: 0, changed: 0, missing: 0, extra: 0, expired: 0, superseded: 0 };
  const differences = new FirstFew<Difference>(NAMED_DIFFERENCES, byLineThenKey);
  const now = Date.now() / 1000;
  for await (const pairs of items.pairs()) {
    for (const pair of pairs) {
      const { left: inFile, right: inTable } = pair;
      if (inTable !== undefined) counts.tableItems += 1;
      counts.superseded += inFile?.replaces ?? 0;
      const outcome = outcomeOf(pair, now, ofChanges);
      if (outcome === undefined) continue;
      counts[outcome] += 1;
      if (outcome === 'same' || outcome === 'expired') continue;
      const { key } = (inFile ?? inTable) as RememberedItem<unknown>;
      differences.add({ kind: outcome, key, line: inFile?.facts.line });
    }
  }
  const equal = counts.changed + counts.missing + counts.extra === 0;
  return { equal, ...counts, differences: differences.list.map((difference) => withPlace(difference, source)) };
}

/** What file and table show of one key; undefined for an item of the table that is not in question. */
function outcomeOf(
  { left: inFile, right: inTable }: ItemPair<FileItemFacts, TableItemFacts>,
  now: number,
  ofChanges: boolean,
): Difference['kind'] | 'same' | 'expired' | undefined {
  if (inFile === undefined) return ofChanges ? undefined : 'extra';
  if (ofChanges && inFile.facts.isDeletion) return inTable === undefined ? 'same' : 'extra';
  if (inTable === undefined) return hasExpired(inFile.facts.expires, now) ? 'expired' : 'missing';
  return inTable.digest === inFile.digest ? 'same' : 'changed';
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

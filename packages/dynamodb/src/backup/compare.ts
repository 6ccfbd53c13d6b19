import { hash } from 'node:crypto';
import { canonicalKey, keyOf } from '../items/item-key.ts';
import { canonicalItem, type TypedItem } from '../items/typed-item.ts';
import type { KeySchema } from '../tables/schema.ts';
import type { KeyPartitions } from './key-partitions.ts';

/** How many differences are named; all are counted. */
const NAMED_DIFFERENCES = 10;

/** DynamoDB's time to live leaves alone what is more than five years past, in seconds. */
const TTL_FORGETS_AFTER = 5 * 365 * 24 * 60 * 60;

/** An item in which file and table differ. */
export interface Difference {
  /** `missing` in the table, `extra` there, or there with other, `changed`, values. */
  readonly kind: 'missing' | 'extra' | 'changed';
  readonly key: TypedItem;
  /** The line of the file, counted from 1; undefined for an extra item. */
  readonly line: number | undefined;
}

/** What a comparison of a file with a table has shown; each number was counted. */
export interface Comparison {
  /** Whether all items of the file are in the table with the same values, and no others, but for expired ones. */
  readonly equal: boolean;
  /** Items read from the table. */
  readonly tableItems: number;
  readonly same: number;
  readonly changed: number;
  readonly missing: number;
  readonly extra: number;
  /** Missing items whose time to live has passed, so that DynamoDB was to remove them. */
  readonly expired: number;
  /** Lines of the file whose item a later line of the same key replaces. */
  readonly superseded: number;
  /** The first differences: by line, then the extra items by key. */
  readonly differences: readonly Difference[];
}

/** What is remembered of an item: the line that it is from (null for the table's), its key, its values' digest, its end. */
type Note = readonly [line: number | null, key: TypedItem, digest: string, expires: number | null];

/** Remembers an item of the file, or (without a line) of the table, for {@link compare}. */
export function remember(
  partitions: KeyPartitions,
  key: KeySchema,
  item: TypedItem,
  fromFile?: { readonly line: number; readonly ttlAttribute: string | undefined },
): Promise<void> | undefined {
  const digest = hash('sha256', canonicalItem(item), 'base64');
  const expires = fromFile?.ttlAttribute === undefined ? undefined : item[fromFile.ttlAttribute];
  const note: Note = [
    fromFile?.line ?? null,
    keyOf(item, key),
    digest,
    expires !== undefined && 'N' in expires ? Number(expires.N) : null,
  ];
  return partitions.add({ key: canonicalKey(item, key), note: JSON.stringify(note) });
}

/** Compares all that was remembered of the file with all that was remembered of the table. */
export async function compare(partitions: KeyPartitions): Promise<Comparison> {
  const counts = { tableItems: 0, same: 0, changed: 0, missing: 0, extra: 0, expired: 0, superseded: 0 };
  const differences = new FirstDifferences();
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
      if (found === undefined) {
        const hasExpired = expires !== null && expires < now && expires > now - TTL_FORGETS_AFTER;
        counts[hasExpired ? 'expired' : 'missing'] += 1;
        if (!hasExpired) differences.add({ kind: 'missing', key, line: line ?? undefined });
      } else if (found[2] === digest) {
        counts.same += 1;
      } else {
        counts.changed += 1;
        differences.add({ kind: 'changed', key, line: line ?? undefined });
      }
    }
    for (const [canonical, [, key]] of inTable) {
      if (inFile.has(canonical)) continue;
      counts.extra += 1;
      differences.add({ kind: 'extra', key, line: undefined });
    }
  }
  const equal = counts.changed + counts.missing + counts.extra === 0;
  return { equal, ...counts, differences: differences.list };
}

/** The first few of many differences, whatever the order in which they are found. */
class FirstDifferences {
  #list: Difference[] = [];

  get list(): readonly Difference[] {
    return this.#list;
  }

  add(difference: Difference): void {
    const last = this.#list.at(-1);
    if (this.#list.length === NAMED_DIFFERENCES && last !== undefined && byLineThenKey(last, difference) <= 0) return;
    this.#list = [...this.#list, difference].sort(byLineThenKey).slice(0, NAMED_DIFFERENCES);
  }
}

function byLineThenKey(a: Difference, b: Difference): number {
  if (a.line !== b.line) return (a.line ?? Number.POSITIVE_INFINITY) - (b.line ?? Number.POSITIVE_INFINITY);
  return JSON.stringify(a.key) < JSON.stringify(b.key) ? -1 : 1;
}

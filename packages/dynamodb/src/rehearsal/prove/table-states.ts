import { SerialQueue } from '../../aws/serial-queue.ts';
import { KeyPartitions } from '../../backup/compare/key-partitions.ts';
import { hasExpired } from '../../items/expiry.ts';
import { canonicalKey } from '../../items/item-key.ts';
import { ItemView } from '../../items/text/item-view.ts';
import { itemDigest, type TypedItem } from '../../items/typed-item.ts';
import type { KeySchema } from '../../tables/schema.ts';
import type { RehearsalProof } from '../report/report.ts';

/** How many differing keys are named; all are counted. */
const NAMED = 3;

/** How many keys are remembered to have changed, so that a key that changes all the time takes little space. */
const REMEMBERED = 10_000;

/** A change of an item, out of a table's stream. */
export interface ItemChange {
  readonly key: TypedItem;
  /** Undefined where there was none. */
  readonly before: TypedItem | undefined;
  /** Undefined where it was deleted. */
  readonly after: TypedItem | undefined;
  /** Whether it may have been made just before the instant as well as after it. */
  readonly isNearInstant: boolean;
}

/** What a comparison has counted. */
export interface StatesCompared {
  readonly proof: RehearsalProof;
  /** The items of the restored table. */
  readonly restoredItems: number;
  /** The first keys of differences that nothing explains. */
  readonly named: readonly string[];
}

/** What is remembered: of whom, the digest of the item, its expiry. Or a change: both digests, whether it is near the instant. */
type Note =
  | readonly [of: 'restored' | 'live', digest: string, expiry: number | null]
  | readonly [of: 'change', before: string | null, after: string | null, isNearInstant: boolean];

/**
 * Compares a restored table with what the live table was at an instant: with the live table as it is, but for the keys that have
 * changed since. What such a key had at the instant is what the first change since found there.
 *
 * All is in temporary files by keys, so that memory is bounded.
 */
export class TableStates {
  readonly #partitions: KeyPartitions;
  readonly #key: KeySchema;
  /** Shows the items that are added. */
  readonly view: ItemView;
  readonly #queue = new SerialQueue({ stopOnError: true });
  #changed = new Set<string>();

  private constructor(partitions: KeyPartitions, key: KeySchema, ttlAttribute: string | undefined) {
    this.#partitions = partitions;
    this.#key = key;
    this.view = new ItemView(key, { ttlAttribute });
  }

  /**
   * @param expectedItems about how many items both tables have together
   * @param ttlAttribute of the live table; undefined where its time to live is off
   */
  static async create(expectedItems: number, key: KeySchema, ttlAttribute: string | undefined): Promise<TableStates> {
    return new TableStates(await KeyPartitions.create(expectedItems), key, ttlAttribute);
  }

  /** Remembers the item that is shown, which is of one of the tables; calls must not overlap. */
  add(of: 'restored' | 'live', { canonicalKey: key, digest, expiry }: ItemView): Promise<void> | undefined {
    return this.#remember(key, [of, digest, expiry]);
  }

  /** Remembers a change since the instant; those of a key come in their order, those of others may overlap. */
  async addChange(change: ItemChange): Promise<void> {
    await this.#queue.run(async () => this.#addChange(change));
  }

  #addChange({ key, before, after, isNearInstant }: ItemChange): Promise<void> | undefined {
    const canonical = canonicalKey(key, this.#key);
    // Later changes say no more than the first.
    if (!isNearInstant && this.#changed.has(canonical)) return undefined;
    if (this.#changed.size >= REMEMBERED) this.#changed = new Set();
    this.#changed.add(canonical);
    return this.#remember(canonical, ['change', digestOf(before), digestOf(after), isNearInstant]);
  }

  /** Counts all that was remembered. */
  async compare(): Promise<StatesCompared> {
    const counts = { same: 0, changed: 0, missing: 0, extra: 0, explained: 0 };
    const named: string[] = [];
    let restoredItems = 0;
    const now = Date.now() / 1000;
    for await (const entries of this.#partitions.partitions()) {
      const keys = new Map<string, KeyStates>();
      for (const { key, note } of entries) {
        keys.set(key, withNote(keys.get(key) ?? { changes: [] }, JSON.parse(note) as Note));
      }
      for (const [key, states] of keys) {
        if (states.restored !== undefined) restoredItems += 1;
        const verdict = judge(states, now);
        if (verdict === 'neither') continue;
        counts[verdict] += 1;
        if (verdict !== 'same' && verdict !== 'explained' && named.length < NAMED) named.push(`${key} (${verdict})`);
      }
    }
    const compared = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return { proof: { compared, ...counts }, restoredItems, named };
  }

  async close(): Promise<void> {
    await this.#partitions.close();
  }

  #remember(key: string, note: Note): Promise<void> | undefined {
    return this.#partitions.add({ key, note: JSON.stringify(note) });
  }
}

/** What is known of a key. */
interface KeyStates {
  readonly restored?: { readonly digest: string; readonly expiry: number | null };
  readonly live?: { readonly digest: string };
  readonly changes: readonly { before: string | null; after: string | null; isNearInstant: boolean }[];
}

function withNote(states: KeyStates, note: Note): KeyStates {
  if (note[0] === 'change') {
    const [, before, after, isNearInstant] = note;
    return { ...states, changes: [...states.changes, { before, after, isNearInstant }] };
  }
  const [of, digest, expiry] = note;
  return { ...states, [of]: { digest, expiry } };
}

function judge(
  { restored, live, changes }: KeyStates,
  now: number,
): Exclude<keyof RehearsalProof, 'compared'> | 'neither' {
  const [had, has] = [restored?.digest ?? null, live?.digest ?? null];
  const [first] = changes;
  // What the key may have had at the instant.
  const possible = new Set(
    first === undefined
      ? [has]
      : [first.before, ...changes.filter(({ isNearInstant }) => isNearInstant).map(({ after }) => after)],
  );
  if (possible.has(had)) {
    if (had === has) return had === null ? 'neither' : 'same';
    return 'explained';
  }
  if (restored === undefined) return 'missing';
  // DynamoDB may remove an item some time after its end.
  if (has === null && first === undefined && hasExpired(restored.expiry, now)) return 'explained';
  return [...possible].every((digest) => digest === null) ? 'extra' : 'changed';
}

function digestOf(item: TypedItem | undefined): string | null {
  return item === undefined ? null : itemDigest(item);
}

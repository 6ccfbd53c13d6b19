import { SerialQueue } from '../../aws/serial-queue.ts';
import { ItemNote, type Side, type TableItemFacts } from '../../backup/compare/item-note.ts';
import { KeyPartitions } from '../../backup/compare/key-partitions.ts';
import { hasExpired } from '../../items/expiry.ts';
import { canonicalKey } from '../../items/item-key.ts';
import { itemDigest, type TypedItem } from '../../items/typed-item.ts';
import type { KeySchema } from '../../tables/schema.ts';
import type { RehearsalProof } from '../report/report.ts';

/** How many differing keys are named; all are counted. */
const NAMED = 3;

/** How many keys are remembered to have changed, so that a key that changes all the time takes little space. */
const REMEMBERED = 10_000;

/** The sides of the two tables, in notes. */
export const RESTORED: Side = 'L';
export const LIVE: Side = 'R';

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

/** What is remembered of a change: both digests. */
interface ChangeNote {
  readonly before: string | null;
  readonly after: string | null;
  readonly isNearInstant: boolean;
}

/**
 * Compares a restored table with what the live table was at an instant: with the live table as it is, but for the keys that have
 * changed since. What such a key had at the instant is what the first change since found there.
 *
 * All is in temporary files by keys, so that memory is bounded.
 */
export class TableStates {
  readonly #partitions: KeyPartitions;
  readonly #key: KeySchema;
  readonly #queue = new SerialQueue({ stopOnError: true });
  #changed = new Set<string>();

  private constructor(partitions: KeyPartitions, key: KeySchema) {
    this.#partitions = partitions;
    this.#key = key;
  }

  /** @param expectedItems about how many items both tables have together */
  static async create(expectedItems: number, key: KeySchema): Promise<TableStates> {
    return new TableStates(await KeyPartitions.create(expectedItems), key);
  }

  /** Remembers notes of items, of the sides {@link RESTORED} and {@link LIVE}; they have to stay until the promise is settled. */
  addNotes(notes: Uint8Array): Promise<void> {
    return this.#partitions.addPacked(notes);
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
    const note: ChangeNote = { before: digestOf(before), after: digestOf(after), isNearInstant };
    return this.#partitions.add({ key: canonical, note: JSON.stringify(note) });
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
        keys.set(key, withNote(keys.get(key) ?? { changes: [] }, note));
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
}

/** What is known of a key. */
interface KeyStates {
  readonly restored?: ItemNote<TableItemFacts>;
  readonly live?: ItemNote<TableItemFacts>;
  readonly changes: readonly ChangeNote[];
}

function withNote(states: KeyStates, note: string): KeyStates {
  if (note.startsWith('{')) return { ...states, changes: [...states.changes, JSON.parse(note) as ChangeNote] };
  const item = new ItemNote<TableItemFacts>(note);
  return { ...states, [item.side === RESTORED ? 'restored' : 'live']: item };
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
  if (has === null && first === undefined && hasExpired(restored.facts.expiry ?? null, now)) return 'explained';
  return [...possible].every((digest) => digest === null) ? 'extra' : 'changed';
}

function digestOf(item: TypedItem | undefined): string | null {
  return item === undefined ? null : itemDigest(item);
}

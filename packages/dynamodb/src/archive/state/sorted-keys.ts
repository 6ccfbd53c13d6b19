import { openBackup } from '../../backup/read/open-backup.ts';
import { canonicalKey } from '../../items/item-key.ts';
import type { TypedItem } from '../../items/typed-item.ts';
import type { S3Access } from '../../storage/open-storage.ts';
import { byteOrder } from '../../storage/spill/byte-order.ts';
import { RecordSorter } from '../../storage/spill/record-sorter.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Change } from '../format/segment.ts';
import { KeyFilter } from './key-filter.ts';
import { type ArchiveSource, baseOf } from './plan-state.ts';
import { readChanges } from './read-changes.ts';

/** What is known of one key. */
export interface KeyHistory {
  /** The key's changes in their order, each a line. */
  readonly changes: readonly Change[];
  /** The item as the base has it, a line; undefined where it does not. */
  readonly inBase: string | undefined;
}

const CHANGE = 'c';
const BASE = 'b';

export interface SortKeysOptions {
  readonly storage: Storage;
  readonly s3?: S3Access | undefined;
  readonly source: ArchiveSource;
  /** The last second whose changes count, in milliseconds since 1970. */
  readonly until: number;
  /** Takes an item of the base that no change is of, as a line without its end, before the next is asked for. */
  readonly takeUnchanged: (line: Buffer) => Promise<void> | undefined;
  /** Takes the bytes of each item of the base that was read. */
  readonly onItem?: ((bytes: number) => void) | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * Puts the changes after a base together with the items that they are of, in bounded memory: changes are read once, and sorted on disk by
 * key; of the base, only items with changes are sorted too. Close it when it is no longer needed.
 */
export class SortedKeys {
  readonly #sorter = new RecordSorter();
  /** How many changes there are. */
  changes = 0;

  /**
   * Reads the changes, and then the base to its end, and proves both.
   * @throws ArchiveDamagedError, CorruptBackupError, InvalidLineError, FileError, StorageError
   */
  static async read(options: SortKeysOptions): Promise<SortedKeys> {
    const sorted = new SortedKeys();
    try {
      await sorted.#readBase(options, await sorted.#readChanges(options));
      return sorted;
    } catch (error) {
      await sorted.close();
      throw error;
    }
  }

  /** All keys that changes are of, in the order of their bytes. */
  async *keys(): AsyncGenerator<KeyHistory, void> {
    let key: string | undefined;
    let notes: string[] = [];
    for await (const records of this.#sorter.sorted()) {
      for (const record of records) {
        if (record.key !== key && key !== undefined) {
          yield historyOf(notes);
          notes = [];
        }
        key = record.key;
        notes.push(record.note);
      }
    }
    if (key !== undefined) yield historyOf(notes);
  }

  async close(): Promise<void> {
    await this.#sorter.close();
  }

  async #readChanges({ storage, source, until, abortSignal }: SortKeysOptions): Promise<KeyFilter> {
    if (source.kind === 'state') return new KeyFilter(0);
    const { base, stream } = source.range;
    const { key } = base.manifest.table.schema;
    const changed = new KeyFilter(stream.shards.reduce((sum, { head }) => sum + (head?.header.total.changes ?? 0), 0));
    const since = Date.parse(base.manifest.scan.startedAt) - stream.settle;
    await readChanges(storage, stream, { since, until, abortSignal }, (change, line) => {
      // The base has what was there before it. In a shard with a gap, an older change may be older than what the base has.
      if (change.time < Math.floor(since / 1000)) return undefined;
      const canonical = canonicalKey(change.key as TypedItem, key);
      changed.add(canonical);
      this.changes += 1;
      return this.#sorter.add(byteOrder(canonical), CHANGE + line.toString('utf8'));
    });
    return changed;
  }

  async #readBase(options: SortKeysOptions, changed: KeyFilter): Promise<void> {
    const { storage, s3, source, takeUnchanged, abortSignal, onItem } = options;
    const { name, manifest } = baseOf(source);
    const { schema } = manifest.table;
    const reader = await openBackup(storage.pathOf(name), { s3, abortSignal });
    try {
      let items = 0;
      const runs = reader.lines({ schema });
      for (;;) {
        const run = await runs.next();
        abortSignal?.throwIfAborted();
        if (run.done) {
          reader.prove(run.value, items);
          return;
        }
        for (const { bytes } of run.value) {
          items += 1;
          onItem?.(bytes.length);
          const added = changed.isEmpty ? undefined : this.#addIfChanged(bytes, schema.key, changed);
          await (added ?? takeUnchanged(bytes));
        }
      }
    } finally {
      await reader.close();
    }
  }

  /** @returns undefined if no change is of the item */
  #addIfChanged(line: Buffer, key: Parameters<typeof canonicalKey>[1], changed: KeyFilter): Promise<void> | undefined {
    const text = line.toString('utf8');
    const canonical = canonicalKey(JSON.parse(text) as TypedItem, key);
    if (!changed.mayHave(canonical)) return undefined;
    return this.#sorter.add(byteOrder(canonical), BASE + text) ?? Promise.resolve();
  }
}

/** In a group, the base's item may come before or after the changes. */
function historyOf(notes: readonly string[]): KeyHistory {
  const inBase = notes.find((note) => note.startsWith(BASE))?.slice(BASE.length);
  const changes = notes
    .filter((note) => note.startsWith(CHANGE))
    .map((note) => JSON.parse(note.slice(CHANGE.length)) as Change);
  return { changes, inBase };
}

/**
 * What an item of this history is at a second: by its last change of that second or earlier.
 * @param second seconds since 1970
 * @returns a line of typed JSON; undefined if there is no item
 */
export function itemAt({ changes, inBase }: KeyHistory, second: number): string | undefined {
  const last = changes.findLast(({ time }) => time <= second);
  if (last === undefined) return inBase;
  return last.item === undefined ? undefined : JSON.stringify(last.item);
}

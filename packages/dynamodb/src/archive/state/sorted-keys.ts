import { openBackup } from '../../backup/read/open-backup.ts';
import { canonicalKey } from '../../items/item-key.ts';
import type { TypedItem } from '../../items/typed-item.ts';
import type { S3Access } from '../../storage/open-storage.ts';
import { byteOrder } from '../../storage/spill/byte-order.ts';
import { RecordSorter } from '../../storage/spill/record-sorter.ts';
import type { Storage } from '../../storage/storage.ts';
import type { KeySchema } from '../../tables/schema.ts';
import type { Change } from '../format/segment.ts';
import { readMerged } from '../read/merged-changes.ts';
import { openExport } from '../read/open-export.ts';
import type { TakeChange } from '../read/read-segment.ts';
import { KeyFilter } from './key-filter.ts';
import { type ArchiveSource, beginningOf, type ExportSource } from './plan-state.ts';
import { readChanges } from './read-changes.ts';
import { itemOfExport, readIncrement } from './read-export.ts';

/** What is known of one key. */
export interface KeyHistory {
  /** The key's changes in their order, each a line. */
  readonly changes: readonly Change[];
  /** Changes of this second and earlier are in what comes before: in seconds since 1970. */
  readonly after: number;
  /** The key's last change in merged changes; undefined where these have none. */
  readonly merged: Change | undefined;
  /** The item as the base has it, a line; undefined where it does not. */
  readonly inBase: string | undefined;
}

const CHANGE = 'c';
const MERGED = 'm';
const BASE = 'b';

export interface SortKeysOptions {
  readonly storage: Storage;
  readonly s3?: S3Access | undefined;
  /** Secret keys of age for what is encrypted. */
  readonly identities?: readonly string[] | undefined;
  readonly source: ArchiveSource;
  /** The last second whose changes count, in milliseconds since 1970. */
  readonly until: number;
  /**
   * Takes an item of the base that no change is of, as a line without its end, before the next is asked for. Without it the base is left out,
   * and only changes are read.
   */
  readonly takeUnchanged?: ((line: Buffer) => Promise<void> | undefined) | undefined;
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
  readonly #after: number;
  /** How many changes there are. */
  changes = 0;

  private constructor(after: number) {
    this.#after = after;
  }

  /**
   * Reads the changes, and then the base to its end, and proves both.
   * @throws ArchiveDamagedError, CorruptBackupError, InvalidLineError, FileError, StorageError
   */
  static async read(options: SortKeysOptions): Promise<SortedKeys> {
    const { source } = options;
    const sorted = new SortedKeys(source.kind === 'range' ? source.range.after : Number.NEGATIVE_INFINITY);
    try {
      const changed = await sorted.#readChanges(options);
      if (options.takeUnchanged !== undefined) await sorted.#readBase(options, changed, options.takeUnchanged);
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
          yield historyOf(notes, this.#after);
          notes = [];
        }
        key = record.key;
        notes.push(record.note);
      }
    }
    if (key !== undefined) yield historyOf(notes, this.#after);
  }

  async close(): Promise<void> {
    await this.#sorter.close();
  }

  async #readChanges(options: SortKeysOptions): Promise<KeyFilter> {
    const { storage, source, until, identities, abortSignal } = options;
    if (source.kind === 'exports') return this.#readIncrements(options, source);
    const { base, increments } = source.kind === 'range' ? source.range : source.point;
    const { key } = base.manifest.table.schema;
    const shards = source.kind === 'range' ? source.range.stream.shards : [];
    const changed = filterOf([
      ...increments.map(({ header }) => header.changes),
      ...shards.map(({ head }) => head?.header.total.changes ?? 0),
    ]);
    const add = (change: Change, note: string): Promise<void> | undefined => this.#add(change, key, note, changed);
    for (const increment of increments) {
      const take: TakeChange = (change, line) => add(change, MERGED + line.toString('utf8'));
      await readMerged(storage, increment, { take, identities, abortSignal });
    }
    if (source.kind === 'state') return changed;
    const { stream, since, after } = source.range;
    await readChanges(storage, stream, { since, until, identities, abortSignal }, (change, line) => {
      // Such a change matters only if it comes after a later one of its key, as clocks that differ may have it.
      if (change.time <= after && !changed.mayHave(canonicalKey(change.key as TypedItem, key))) return undefined;
      return add(change, CHANGE + line.toString('utf8'));
    });
    return changed;
  }

  /** In their order, so that the last change of a key is what the last window left. */
  async #readIncrements(
    { storage, s3, source, abortSignal }: SortKeysOptions,
    { increments }: ExportSource,
  ): Promise<KeyFilter> {
    const { schema } = beginningOf(source).table;
    const changed = filterOf(increments.map(({ note }) => note.export.items));
    for (const increment of increments) {
      const reader = await openExport(storage, increment, { s3, abortSignal });
      try {
        await readIncrement(reader, increment, schema, abortSignal, (change) =>
          this.#add(change, schema.key, CHANGE + JSON.stringify(change), changed),
        );
      } finally {
        await reader.close();
      }
    }
    return changed;
  }

  #add(change: Change, key: KeySchema, note: string, changed: KeyFilter): Promise<void> | undefined {
    const canonical = canonicalKey(change.key as TypedItem, key);
    changed.add(canonical);
    this.changes += 1;
    return this.#sorter.add(byteOrder(canonical), note);
  }

  async #readBase(
    options: SortKeysOptions,
    changed: KeyFilter,
    takeUnchanged: NonNullable<SortKeysOptions['takeUnchanged']>,
  ): Promise<void> {
    const { storage, s3, identities, source, abortSignal, onItem } = options;
    const { name, table } = beginningOf(source);
    const { schema } = table;
    const isExport = source.kind === 'exports';
    const reader = isExport
      ? await openExport(storage, source.full, { s3, abortSignal })
      : await openBackup(storage.pathOf(name), { s3, identities, abortSignal });
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
        for (const line of run.value) {
          items += 1;
          onItem?.(line.bytes.length);
          const item = isExport ? itemOfExport(reader, line, schema) : line.bytes;
          const added = changed.isEmpty ? undefined : this.#addIfChanged(item, schema.key, changed);
          await (added ?? takeUnchanged(item));
        }
      }
    } finally {
      await reader.close();
    }
  }

  /** @returns undefined if no change is of the item */
  #addIfChanged(line: Buffer, key: KeySchema, changed: KeyFilter): Promise<void> | undefined {
    const text = line.toString('utf8');
    const canonical = canonicalKey(JSON.parse(text) as TypedItem, key);
    if (!changed.mayHave(canonical)) return undefined;
    return this.#sorter.add(byteOrder(canonical), BASE + text) ?? Promise.resolve();
  }
}

function filterOf(expectedChanges: readonly number[]): KeyFilter {
  return new KeyFilter(expectedChanges.reduce((sum, changes) => sum + changes, 0));
}

/** In a group, the base's item may come before or after the changes. */
function historyOf(notes: readonly string[], after: number): KeyHistory {
  const inBase = notes.find((note) => note.startsWith(BASE))?.slice(BASE.length);
  const changesOf = (kind: string): readonly Change[] =>
    notes.flatMap((note) => (note.startsWith(kind) ? [JSON.parse(note.slice(kind.length)) as Change] : []));
  return { changes: changesOf(CHANGE), after, merged: changesOf(MERGED).at(-1), inBase };
}

/**
 * The change that left a key as it is at a second: its last one of that second or earlier, in the order of its changes.
 * @param second seconds since 1970
 * @returns undefined if it is as the base has it
 */
export function changeAt({ changes, after, merged }: KeyHistory, second: number): Change | undefined {
  const last = changes.findLast(({ time }) => time <= second);
  return last === undefined || last.time <= after ? merged : last;
}

/**
 * What an item of this history is at a second.
 * @param second seconds since 1970
 * @returns a line of typed JSON; undefined if there is no item
 */
export function itemAt(history: KeyHistory, second: number): string | undefined {
  const last = changeAt(history, second);
  if (last === undefined) return history.inBase;
  return last.item === undefined ? undefined : JSON.stringify(last.item);
}

import { ReadingProgress } from '../backup/read/reading-progress.ts';
import { findItems } from '../backup/select/find-items.ts';
import { parseKey } from '../backup/select/parse-key.ts';
import { type AttributeChange, attributeChanges } from '../items/attribute-changes.ts';
import type { ProgressListener } from '../items/progress.ts';
import { canonicalItem, type TypedItem } from '../items/typed-item.ts';
import { isAfter, type StreamPosition } from '../streams/position.ts';
import { TimeNotArchivedError } from './errors.ts';
import type { Change } from './format/segment.ts';
import { type ArchivedTableOptions, type OpenedTable, openTable } from './open-archive.ts';
import { type ChainedExport, endOf } from './read/export-chain.ts';
import { gapsOfExports, type KnownGap, knownGaps } from './read/known-gaps.ts';
import { readMerged } from './read/merged-changes.ts';
import { openExport } from './read/open-export.ts';
import { type ArchiveBase, timeOf } from './read/points.ts';
import type { TakeChange } from './read/read-segment.ts';
import type { TableArchive } from './read/table-archive.ts';
import { provedSegments } from './state/read-changes.ts';
import { findInExport, readIncrement } from './state/read-export.ts';

export interface ItemHistoryOptions extends ArchivedTableOptions {
  /** The item's key: in typed JSON, or as a person writes it, such as `granuleId=G1`. */
  readonly key: TypedItem | string;
  readonly onProgress?: ProgressListener | undefined;
}

/** A part of an item's history, in the order of time. */
export type HistoryEntry = ArchivedChange | HistoryGap | ItemInBase;

/** A change of an item. */
export interface ArchivedChange {
  readonly kind: 'change';
  /** The second, as DynamoDB gives it. */
  readonly time: Date;
  /** `INSERT`, `MODIFY` or `REMOVE`. */
  readonly event: string;
  /** Whether DynamoDB deleted the item by its time to live. */
  readonly expired: boolean;
  /** What the change left, in typed JSON; undefined if it deleted the item. */
  readonly item: TypedItem | undefined;
  /** What it changed, attribute by attribute; undefined if it deleted the item, or what that was before is not archived. */
  readonly changed: readonly AttributeChange[] | undefined;
  readonly sequenceNumber: string;
  /** Present if the item may have had other changes after this second and before this one: a pruning has merged them, or an export of a window. */
  readonly mergedSince?: Date | undefined;
  /** The file that has it: a path or URL. */
  readonly file: string;
}

/** What an item was when its history begins, or begins again after a gap. */
export interface ItemInBase {
  readonly kind: 'base';
  /** Over which time the base was read. It may have changes of this time already. */
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** In typed JSON; undefined if the base does not have the item. */
  readonly item: TypedItem | undefined;
  /** The base: a path or URL. */
  readonly file: string;
}

/** A time in which changes of the item may be missing. */
export interface HistoryGap {
  readonly kind: 'gap';
  readonly from: Date;
  readonly until: Date;
}

/** What a history comes to. */
export interface HistoryEnd {
  readonly key: TypedItem;
  /** Whether the item was ever there. */
  readonly isFound: boolean;
  /** How many changes of it there are. */
  readonly changes: number;
}

/**
 * The history of one item, in its order: its changes, what it was before the first of them, and the gaps between them. Where a pruning has
 * merged changes, it has the last one of each time between two kept seconds; where exports alone have a time, the last one of each window.
 * It reads all segments and the bases that histories begin with, in bounded memory, and gives the changes of each segment once that is proved.
 *
 * The oldest base says what the item was at the beginning, and after a gap the first base after it. A base says nothing where the archive
 * has an earlier change of the item.
 * @returns at its end what the history comes to
 * @throws InvalidSelectionError for a text that is no key of the table; TimeNotArchivedError if there is no base yet to read it by
 * @throws TableNotArchivedError, ArchiveDamagedError, CorruptBackupError, FileError, StorageError
 * @example
 * ```ts
 * import { itemHistory } from '@cumulus/dynamodb/archive';
 *
 * const archive = 's3://my-archive/prod';
 * for await (const entry of itemHistory({ archive, table: 'prod-GranulesTable', key: 'granuleId=G1' })) {
 *   if (entry.kind === 'change') console.log(entry.time.toISOString(), entry.event, entry.item?.['status']);
 * }
 * ```
 */
export async function* itemHistory(options: ItemHistoryOptions): AsyncGenerator<HistoryEntry, HistoryEnd> {
  const { table, identities, abortSignal, onProgress } = options;
  const { storage, archive } = await openTable(options);
  const key = typeof options.key === 'string' ? readKey(options.key, archive) : options.key;
  const wanted = canonicalItem(key);
  const history = new History({ storage, archive }, key, options);
  const heads = archive.streams.flatMap(({ shards }) => shards.flatMap(({ head }) => head ?? []));
  const expectedItems =
    heads.reduce((sum, { header }) => sum + header.total.changes, 0) +
    incrementsOf(archive).reduce((sum, { note }) => sum + note.export.items, 0) +
    archive.merged.reduce((sum, { header }) => sum + header.changes, 0);
  const progress = new ReadingProgress(onProgress, { phase: 'searching', table, expectedItems });
  for (const increment of incrementsOf(archive)) {
    await readWindow({ storage, archive }, increment, options, async (change) => {
      progress.count(1);
      if (canonicalItem(change.key as TypedItem) === wanted) history.foundInWindow(change, increment);
    });
  }
  /** The last merged change of each stream, after which those of its segments come. */
  const merged = new Map<string, StreamPosition>();
  for (const file of [...archive.merged].sort((a, b) => timeOf(a) - timeOf(b))) {
    let found: Change | undefined;
    const take: TakeChange = (change, line) => {
      progress.count(line.length);
      if (canonicalItem(change.key as TypedItem) === wanted) found = change;
      return undefined;
    };
    await readMerged(storage, file, { take, identities, abortSignal });
    const { label } = file.header.stream;
    if (found === undefined || !isAfter(found.sequenceNumber, merged.get(label) ?? 'start')) continue;
    merged.set(label, found.sequenceNumber as StreamPosition);
    yield* history.add(found, storage.pathOf(file.name), new Date(file.header.after));
  }
  for (const stream of archive.streams) {
    const since = merged.get(stream.stream.label) ?? 'start';
    for (const shard of stream.shards) {
      let found: Change[] = [];
      const segments = provedSegments({ storage, stream, shard, identities, abortSignal }, (change, line) => {
        progress.count(line.length);
        if (canonicalItem(change.key as TypedItem) === wanted) found.push(change);
        return undefined;
      });
      for await (const { name } of segments) {
        const later = found.filter(({ sequenceNumber }) => isAfter(sequenceNumber, since));
        for (const change of later) yield* history.add(change, storage.pathOf(name));
        found = [];
      }
    }
  }
  return yield* history.end();
}

/** @throws TimeNotArchivedError, InvalidSelectionError */
function readKey(text: string, { table, bases, states, exports }: TableArchive): TypedItem {
  const [newest] = [...bases, ...states].reverse();
  const exported = exports.at(-1)?.runs.at(-1)?.full.note.settings;
  const described = newest?.manifest.table ?? exported;
  if (described != null) return parseKey(text, described.schema.key);
  throw new TimeNotArchivedError(table, `The archive has no base of table ${table} yet, which says what its key is.`);
}

/** Increments of exports, in the order of time. */
function incrementsOf({ exports }: TableArchive): readonly ChainedExport[] {
  return exports.flatMap(({ runs }) => runs.flatMap(({ increments }) => increments));
}

async function readWindow(
  { storage, archive }: OpenedTable,
  increment: ChainedExport,
  { s3, abortSignal }: ItemHistoryOptions,
  take: (change: Change) => Promise<void>,
): Promise<void> {
  const { runs } = archive.exports.find(({ chain }) => increment.name.includes(`.${chain}.exports.`)) ?? { runs: [] };
  const schema = runs.at(-1)?.full.note.settings?.schema;
  if (schema === undefined) return;
  const reader = await openExport(storage, increment, { s3, abortSignal });
  try {
    await readIncrement(reader, increment, schema, abortSignal, take);
  } finally {
    await reader.close();
  }
}

/** Where a history goes on after a gap, or begins; and what is known of a window. */
type Mark = { readonly at: number } & (
  | { readonly gap: KnownGap }
  | { readonly base: ArchiveBase }
  | { readonly full: ChainedExport }
  | { readonly change: Change; readonly increment: ChainedExport }
);

/** Puts changes together with what was before them. */
class History {
  readonly #opened: OpenedTable;
  readonly #key: TypedItem;
  readonly #options: ItemHistoryOptions;
  /** Those that are still to come, in the order of time. */
  readonly #marks: Mark[];
  /** What the item is; undefined if that is not known. */
  #now: { readonly item: TypedItem | undefined } | undefined;
  #changes = 0;
  #isFound = false;

  constructor(opened: OpenedTable, key: TypedItem, options: ItemHistoryOptions) {
    this.#opened = opened;
    this.#key = key;
    this.#options = options;
    this.#marks = marksOf(opened.archive);
  }

  async *add(change: Change, file: string, mergedSince?: Date): AsyncGenerator<HistoryEntry, void> {
    yield* this.#pass(change.time * 1000);
    yield this.#entryOf(change, file, mergedSince);
  }

  /** Takes what a window has of the item. It comes at its place in the history, unless a stream has the same. */
  foundInWindow(change: Change, increment: ChainedExport): void {
    const { ranges, merged } = this.#opened.archive;
    // Microseconds since 1970; an export without them has only the end of its window.
    const micros = Number(change.sequenceNumber || `${(change.time - 1) * 1e6}`);
    const at = Math.floor(micros / 1000);
    const isStreamed =
      ranges.some(({ from, to }) => from <= at && at < to + 1000) ||
      merged.some(({ header }) => at >= Date.parse(header.after) + 1000 && at < Date.parse(header.at) + 1000);
    if (isStreamed) return;
    this.#marks.push({ at, change: { ...change, time: Math.floor(at / 1000) }, increment });
    this.#marks.sort((a, b) => a.at - b.at);
  }

  #entryOf(change: Change, file: string, mergedSince: Date | undefined): ArchivedChange {
    const { time, event, expired = false, sequenceNumber } = change;
    const item = change.item as TypedItem | undefined;
    const before = event === 'INSERT' ? {} : this.#now && (this.#now.item ?? {});
    const changed = before === undefined || item === undefined ? undefined : attributeChanges(before, item);
    this.#now = { item };
    this.#changes += 1;
    this.#isFound = true;
    const merged = mergedSince === undefined ? {} : { mergedSince };
    return {
      kind: 'change',
      time: new Date(time * 1000),
      event,
      expired,
      item,
      changed,
      sequenceNumber,
      ...merged,
      file,
    };
  }

  async *end(): AsyncGenerator<HistoryEntry, HistoryEnd> {
    yield* this.#pass(Number.POSITIVE_INFINITY);
    return { key: this.#key, isFound: this.#isFound, changes: this.#changes };
  }

  /** Passes all marks before a time, in milliseconds since 1970. */
  async *#pass(until: number): AsyncGenerator<HistoryEntry, void> {
    for (let [mark] = this.#marks; mark !== undefined && mark.at < until; [mark] = this.#marks) {
      this.#marks.shift();
      if ('gap' in mark) {
        this.#now = undefined;
        yield { kind: 'gap', from: new Date(mark.at), until: new Date(mark.gap.until) };
      } else if ('change' in mark) {
        const { folder, from } = mark.increment.note.export;
        yield this.#entryOf(mark.change, this.#opened.storage.pathOf(folder), new Date(from ?? mark.at));
      } else if (this.#now === undefined) {
        yield 'full' in mark ? await this.#readFull(mark.full) : await this.#readBase(mark.base);
      }
    }
  }

  async #readBase({ name, manifest: { scan } }: ArchiveBase): Promise<ItemInBase> {
    const { s3, identities, abortSignal, onProgress } = this.#options;
    const file = this.#opened.storage.pathOf(name);
    let item: TypedItem | undefined;
    const found = findItems({ file, keys: [JSON.stringify(this.#key)], s3, identities, abortSignal, onProgress });
    for await (const each of found) item = each.item;
    return this.#begin(item, { startedAt: new Date(scan.startedAt), endedAt: new Date(scan.endedAt), file });
  }

  async #readFull(full: ChainedExport): Promise<ItemInBase> {
    const { storage } = this.#opened;
    const item = await findInExport(storage, full, this.#key, this.#options);
    const at = new Date(endOf(full));
    return this.#begin(item, { startedAt: at, endedAt: at, file: storage.pathOf(full.note.export.folder) });
  }

  #begin(item: TypedItem | undefined, base: Omit<ItemInBase, 'kind' | 'item'>): ItemInBase {
    this.#now = { item };
    this.#isFound ||= item !== undefined;
    return { kind: 'base', ...base, item };
  }
}

/** The oldest base, and each gap with the first base after it; the same of exports, as far as no stream has that time. */
function marksOf({ streams, bases, exports, ranges }: TableArchive): Mark[] {
  const startOf = ({ manifest }: ArchiveBase): number => Date.parse(manifest.scan.startedAt);
  const marks = (base: ArchiveBase | undefined): readonly Mark[] =>
    base === undefined ? [] : [{ at: startOf(base), base }];
  const gaps = knownGaps(streams).filter(({ from }) => from !== undefined);
  const fulls = exports.flatMap(({ runs }) => runs.map(({ full }) => full));
  const ofFull = (full: ChainedExport | undefined): readonly Mark[] =>
    full === undefined ? [] : [{ at: endOf(full), full }];
  const isStreamed = ({ from, until }: KnownGap): boolean =>
    ranges.some((range) => from !== undefined && range.from <= from && until <= range.to);
  const between = gapsOfExports(exports).filter((gap) => gap.from !== undefined && !isStreamed(gap));
  const all: Mark[] = [
    ...marks(bases[0]),
    ...ofFull(fulls[0]),
    ...between.flatMap((gap) => [
      { at: gap.from as number, gap },
      ...ofFull(fulls.find((full) => endOf(full) >= gap.until)),
    ]),
    ...gaps.flatMap((gap) => [
      { at: gap.from as number, gap },
      ...marks(bases.find((base) => startOf(base) >= gap.until)),
    ]),
  ];
  return all.sort((a, b) => a.at - b.at);
}

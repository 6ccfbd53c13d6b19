import { findItems } from '../../backup/select/find-items.ts';
import { attributeChanges } from '../../items/attribute-changes.ts';
import type { TypedItem } from '../../items/typed-item.ts';
import type { Change } from '../format/segment.ts';
import type { OpenedTable } from '../open-archive.ts';
import { type ChainedExport, endOf } from '../read/export-chain.ts';
import { gapsOfExports, type KnownGap, knownGaps } from '../read/known-gaps.ts';
import type { ArchiveBase } from '../read/points.ts';
import type { TableArchive } from '../read/table-archive.ts';
import { findInExport } from '../state/read-export.ts';
import type { ArchivedChange, HistoryEnd, HistoryEntry, ItemInBase } from './entries.ts';
import type { ItemHistoryOptions } from './options.ts';

/** Where a history goes on after a gap, or begins; and what is known of a window. */
type Mark = { readonly at: number } & (
  | { readonly gap: KnownGap }
  | { readonly base: ArchiveBase }
  | { readonly full: ChainedExport }
  | { readonly change: Change; readonly increment: ChainedExport }
);

/** Puts changes together with what was before them. */
export class History {
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

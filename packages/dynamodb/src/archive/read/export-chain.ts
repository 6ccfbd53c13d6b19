import { createHash } from 'node:crypto';
import { forEachAtOnce } from '../../aws/workers.ts';
import type { Storage } from '../../storage/storage.ts';
import { type ExportNote, parseExportNote } from '../format/export-note.ts';
import {
  exportName,
  parseExportName,
  parsePrunedExportsName,
  prunedExportsName,
  streamInNames,
} from '../format/names.ts';
import { type PrunedExportsNote, parsePrunedExports } from '../format/notes.ts';
import type { Gap } from '../format/segment.ts';

/** Notes that are read at once. */
const AT_ONCE = 16;

/** An export of an archive, by its note. */
export interface ChainedExport {
  /** The name of the note. */
  readonly name: string;
  /** Of the note as it is stored, in hexadecimal. */
  readonly sha256: string;
  readonly note: ExportNote;
}

/** A full export, and the incremental ones after it, each of which begins where the one before it ends. */
export interface ExportRun {
  readonly full: ChainedExport;
  readonly increments: readonly ChainedExport[];
}

/** The exports of a table, from its creation to its deletion. */
export interface ExportChain {
  /** The identity of the table, as names have it. */
  readonly chain: string;
  readonly runs: readonly ExportRun[];
  /** The last note, which the next one follows; undefined where it cannot be read. */
  readonly head: ChainedExport | undefined;
  readonly lastNumber: number;
  /** Whether an incremental export may follow the last note; otherwise a full one has to. */
  readonly isOpen: boolean;
  /** What was removed of the chain; undefined if nothing was. */
  readonly pruned: PrunedExportsNote | undefined;
  /** Exports that go, and are still there, since the pruning was interrupted. */
  readonly left: readonly ChainedExport[];
  /** Times of which the chain has no changes. */
  readonly gaps: readonly Gap[];
  /** Notes that are missing, altered, or at another's place. No time after them is claimed up to the next full export. */
  readonly broken: readonly { readonly name: string; readonly problem: string }[];
}

/** When an export ends: the end of its window, or the instant of a full one; in milliseconds since 1970. */
export function endOf({ note }: ChainedExport): number {
  return Date.parse(note.export.to);
}

/** The last export of a run. */
export function lastOf({ full, increments }: ExportRun): ChainedExport {
  return increments.at(-1) ?? full;
}

/**
 * The chains of exports of a table, by their notes. The exports themselves are not looked at.
 * @param names all names of files that begin with the table's name
 */
export async function readExportChains(
  storage: Storage,
  table: string,
  names: readonly string[],
  abortSignal?: AbortSignal,
): Promise<readonly ExportChain[]> {
  const ofTable = names.flatMap((name): readonly { readonly chain: string; readonly number?: number }[] => {
    const said = parseExportName(name) ?? parsePrunedExportsName(name);
    return said?.table === table ? [said] : [];
  });
  const chains: ExportChain[] = [];
  for (const chain of new Set(ofTable.map((said) => said.chain))) {
    const numbers = ofTable.flatMap((said) => (said.chain === chain ? (said.number ?? []) : []));
    chains.push(await readChain(storage, table, chain, numbers, abortSignal));
  }
  return chains.sort((a, b) => beginOf(a) - beginOf(b));
}

function beginOf({ runs: [run] }: ExportChain): number {
  return run === undefined ? 0 : endOf(run.full);
}

/** The chain of a table out of all of its name; empty where there is none. */
export function chainOf(chains: readonly ExportChain[], tableId: string): ExportChain {
  const chain = streamInNames(tableId);
  const nothing = { runs: [], head: undefined, lastNumber: 0, isOpen: false, pruned: undefined };
  const none = { chain, ...nothing, left: [], gaps: [], broken: [] };
  return chains.find((each) => each.chain === chain) ?? none;
}

/** When the last export of some chains ends, in milliseconds since 1970; undefined where there is none. */
export function endOfChains(chains: readonly ExportChain[]): number | undefined {
  const ends = chains.flatMap(({ runs }) => runs.map((run) => endOf(lastOf(run))));
  return ends.length === 0 ? undefined : Math.max(...ends);
}

async function readChain(
  storage: Storage,
  table: string,
  chain: string,
  numbers: readonly number[],
  abortSignal: AbortSignal | undefined,
): Promise<ExportChain> {
  const found = new Map<number, ChainedExport | string>();
  await forEachAtOnce(numbers, AT_ONCE, abortSignal, async (number) => {
    const read = await readNote(storage, { table, tableId: chain }, number);
    if (read !== undefined) found.set(number, read);
  });
  // It is read last: a pruning that removes notes meanwhile has written it before.
  const place = { table, tableId: chain };
  const text = (await storage.read(prunedExportsName(place)))?.toString('utf8');
  const pruned = parsePrunedExports(text ?? '');
  const first = (pruned?.number ?? 0) + 1;
  const lastNumber = numbers.reduce((a, b) => Math.max(a, b), first - 1);
  const links = new Links(pruned);
  if (text !== undefined && pruned === undefined) {
    links.broken.push({ name: prunedExportsName(place), problem: 'it is not a note of what was removed' });
  }
  for (let number = first; number <= lastNumber; number += 1) {
    links.add(exportName(place, number), found.get(number) ?? 'it is missing');
  }
  const left = [...found].flatMap(([number, read]) => (number < first && typeof read !== 'string' ? [read] : []));
  return { chain, ...links.result, lastNumber, pruned, left: left.sort((a, b) => a.note.number - b.note.number) };
}

/** @returns what is wrong, in words; undefined if there is no such note */
export async function readNote(
  storage: Storage,
  place: { readonly table: string; readonly tableId: string },
  number: number,
): Promise<ChainedExport | string | undefined> {
  const name = exportName(place, number);
  const bytes = await storage.read(name);
  if (bytes === undefined) return undefined;
  const note = parseExportNote(bytes.toString('utf8'));
  if (typeof note === 'string') return note;
  const isAtItsPlace =
    note.table.name === place.table &&
    streamInNames(note.table.id) === streamInNames(place.tableId) &&
    note.number === number;
  if (!isAtItsPlace) return 'it belongs to another place of the archive';
  return { name, sha256: createHash('sha256').update(bytes).digest('hex'), note };
}

/** Puts notes together, in their order. */
class Links {
  readonly #runs: { full: ChainedExport; increments: ChainedExport[] }[] = [];
  readonly #gaps: Gap[] = [];
  readonly broken: { name: string; problem: string }[] = [];
  readonly #pruned: PrunedExportsNote | undefined;
  #head: ChainedExport | undefined;
  /** Whether the last run goes on. */
  #isOpen = false;
  #isFirst = true;

  constructor(pruned: PrunedExportsNote | undefined) {
    this.#pruned = pruned;
  }

  add(name: string, read: ChainedExport | string): void {
    const problem = typeof read === 'string' ? read : this.#problemOf(read);
    this.#isFirst = false;
    this.#head = typeof read === 'string' ? undefined : read;
    if (problem !== undefined) this.broken.push({ name, problem });
    if (problem !== undefined || typeof read === 'string') {
      this.#isOpen = false;
      return;
    }
    if (read.note.export.type === 'FULL_EXPORT') {
      if (read.note.gap !== null) this.#gaps.push(read.note.gap);
      this.#runs.push({ full: read, increments: [] });
      this.#isOpen = true;
    } else if (this.#isOpen) {
      this.#runs.at(-1)?.increments.push(read);
    }
  }

  get result(): Pick<ExportChain, 'runs' | 'head' | 'isOpen' | 'gaps' | 'broken'> {
    return { runs: this.#runs, head: this.#head, isOpen: this.#isOpen, gaps: this.#gaps, broken: this.broken };
  }

  #problemOf({ note }: ChainedExport): string | undefined {
    const before = this.#head;
    const followed = before ?? (this.#isFirst ? this.#pruned?.last : undefined);
    if (this.#isFirst && note.previous !== null && followed === undefined) {
      return `it follows ${note.previous.name}, which is missing`;
    }
    // A full one was made since the note before it could not be read. That may be as it was again.
    const isAlone = note.export.type === 'FULL_EXPORT' && note.gap !== null && note.previous === null;
    if (
      followed !== undefined &&
      !isAlone &&
      (note.previous?.name !== followed.name || note.previous.sha256 !== followed.sha256)
    ) {
      return `it does not follow ${followed.name} as it is there`;
    }
    const isFull = note.export.type === 'FULL_EXPORT';
    if (isFull && note.settings === null) return 'it lacks the settings of the table';
    const isNext = isFull || before === undefined || note.export.from === before.note.export.to;
    return isNext
      ? undefined
      : `it begins at ${note.export.from}, and the export before it ends at ${before.note.export.to}`;
  }
}

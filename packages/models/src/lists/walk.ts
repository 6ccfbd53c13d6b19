import { RequestFailedError } from '@cumulus/dynamodb/aws';
import { fromAttributes, type ItemPage, type PlainItem, queryPage, scanPageOfItems } from '@cumulus/dynamodb/items';
import { IndexMissingError } from '../errors.ts';
import type { AccessPath, Stage } from './access-path.ts';
import type { Budget } from './budget.ts';
import { nextVariant } from './prefix-variants.ts';
import type { SearchedTable } from './searched-table.ts';

/** Where a source of entries stands: at its start, at its end, or after an entry, of which this is the key. */
export type SourcePosition = 'start' | 'end' | PlainItem;

/** Where a walk stands: in which stage, and where in each of its sources. */
export interface WalkPosition {
  readonly stage: number;
  readonly sources: readonly SourcePosition[];
}

/** What a walk meets. */
export interface Met {
  readonly item: PlainItem;
  /** Whether the item is the whole record, not an index's entry. */
  readonly isWhole: boolean;
}

/**
 * A page of an index is so much larger than the one before it, so that looking for few among many takes few requests, and what is read
 * without need is no more than was needed.
 */
const GROWTH = 2;

/** A page of an index has at most so many entries, about 1 MB. */
const MAX_ENTRIES = 8_000;

interface WalkOptions {
  readonly position?: WalkPosition | undefined;
  readonly budget: Budget;
  /** How many entries the first page of each partition has. */
  readonly first: number;
  /** Asked once the index is read to its end, whether there are records that it does not have. */
  readonly mayHaveRest: () => Promise<boolean>;
}

/** Walks along an access path, entry by entry in its order, as far as a budget goes. It can go on from any position. */
export class Walk {
  readonly #table: SearchedTable;
  readonly #path: AccessPath;
  readonly #budget: Budget;
  readonly #first: number;
  readonly #mayHaveRest: () => Promise<boolean>;
  #stage: number;
  #sources: readonly Source[];

  constructor(table: SearchedTable, path: AccessPath, { position, budget, first, mayHaveRest }: WalkOptions) {
    this.#table = table;
    this.#path = path;
    this.#budget = budget;
    this.#first = first;
    this.#mayHaveRest = mayHaveRest;
    this.#stage = position?.stage ?? 0;
    this.#sources = this.#open(position?.sources);
  }

  /** Whether everything was met. */
  get isAtEnd(): boolean {
    return this.#stage >= this.#path.stages.length;
  }

  /** Where the walk stands after the last one that was met. */
  get position(): WalkPosition {
    return { stage: this.#stage, sources: this.#sources.map(({ position }) => position) };
  }

  /** The next one; undefined at the end, and where the budget is spent before one is met. */
  async next(): Promise<Met | undefined> {
    while (!this.isAtEnd) {
      if (this.#sources.some(({ isDue }) => isDue)) {
        if (!(await this.#fill())) return undefined;
      }
      const next = this.#sources.filter(({ head }) => head !== undefined).sort(this.#inOrder)[0];
      if (next !== undefined) return { item: next.take(), isWhole: next.isWhole };
      if (this.#sources.some(({ isDue }) => isDue)) continue;
      await this.#enter(this.#stage + 1);
    }
    return undefined;
  }

  /** Reads the next page of each source that has none ahead. @returns false where the budget is spent */
  async #fill(): Promise<boolean> {
    if (this.#budget.isSpent) return false;
    const due = this.#sources.filter(({ isDue }) => isDue);
    const units = await Promise.all(due.map((source) => source.read()));
    this.#budget.spend(units.reduce((sum, some) => sum + some, 0));
    return true;
  }

  async #enter(stage: number): Promise<void> {
    const { stages, index } = this.#path;
    const isNeedless = stages[stage]?.kind === 'rest' && index !== undefined && !(await this.#mayHaveRest());
    this.#stage = isNeedless ? stage + 1 : stage;
    this.#sources = this.#open(undefined);
  }

  #open(positions: readonly SourcePosition[] | undefined): readonly Source[] {
    const stage = this.#path.stages[this.#stage];
    if (stage === undefined) return [];
    return sourcesOf(stage).map(
      (value, index) => new Source(this.#table, this.#path, stage, value, positions?.[index] ?? 'start', this.#first),
    );
  }

  readonly #inOrder = ({ head: a }: Source, { head: b }: Source): number => {
    const order = compareKeys(a?.[this.#rangeKey], b?.[this.#rangeKey]);
    return this.#path.descending ? -order : order;
  };

  get #rangeKey(): string {
    return this.#path.index?.rangeKey ?? '';
  }
}

/** What a stage is read by: each partition by a source, the rest by one. */
export function sourcesOf(stage: Stage): readonly string[] {
  return stage.kind === 'rest' ? [''] : stage.values;
}

/** DynamoDB orders numbers by value, and texts by their bytes. */
function compareKeys(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return Number(a) - Number(b);
}

/** One partition of an index, or the whole table, read a page ahead. */
class Source {
  readonly isWhole: boolean;
  /** Where it stands after the entries that were taken. */
  position: SourcePosition;
  #read: SourcePosition;
  #limit: number;
  readonly #ahead: PlainItem[] = [];
  readonly #key: readonly string[];
  /** Whether more may come to its end, because records are met from the oldest on, and what is written becomes the newest. */
  readonly #grows: boolean;
  readonly #query: (after: SourcePosition, limit: number) => Promise<Page>;

  constructor(
    table: SearchedTable,
    path: AccessPath,
    stage: Stage,
    value: string,
    position: SourcePosition,
    first: number,
  ) {
    this.isWhole = stage.kind === 'rest' || path.attributes === undefined;
    this.position = position;
    this.#read = position;
    this.#limit = Math.min(first, MAX_ENTRIES);
    this.#key = keyOf(table, path, stage);
    this.#grows = stage.kind === 'partitions' && !path.descending;
    this.#query =
      stage.kind === 'rest'
        ? (after) => readRest(table, stage, after)
        : (after, limit) => queryPartition(table, path, value, after, limit);
  }

  get head(): PlainItem | undefined {
    return this.#ahead[0];
  }

  /** Whether there may be more, but none is ahead. */
  get isDue(): boolean {
    return this.head === undefined && this.#read !== 'end';
  }

  /** Reads a page. @returns what it took, in read units */
  async read(): Promise<number> {
    const { items, next, readUnits } = await this.#query(this.#read, this.#limit);
    this.#limit = Math.min(this.#limit * GROWTH, MAX_ENTRIES);
    this.#ahead.push(...items);
    this.#read = next ?? 'end';
    if (this.head === undefined && !(this.#grows && this.#read === 'end')) this.position = this.#read;
    return readUnits;
  }

  take(): PlainItem {
    const item = this.#ahead.shift() as PlainItem;
    const isLast = this.#ahead.length === 0 && this.#read === 'end';
    this.position = isLast && !this.#grows ? 'end' : pick(item, this.#key);
    return item;
  }
}

function pick(item: PlainItem | undefined, attributes: readonly string[]): PlainItem {
  return Object.fromEntries(attributes.map((attribute) => [attribute, item?.[attribute]]));
}

/** The attributes by which a source is read on after one of its entries. */
export function keyOf({ key }: SearchedTable, path: AccessPath, stage: Stage): readonly string[] {
  const index = stage.kind === 'rest' ? stage.within?.index : path.index;
  return index === undefined ? key : [...new Set([index.hashKey, index.rangeKey ?? '', ...key])];
}

type Page = Pick<ItemPage, 'items' | 'next' | 'readUnits'>;

async function readRest(
  { client, table }: SearchedTable,
  { filter, within }: Stage & { readonly kind: 'rest' },
  position: SourcePosition,
): Promise<Page> {
  const request = { client, table, filter, after: typeof position === 'string' ? undefined : position };
  if (within === undefined) return scanPageOfItems(request);
  const { index, value } = within;
  try {
    return await queryPage({ ...request, index: index.name, hashKey: [index.hashKey, value] });
  } catch (error) {
    throw explainMissingIndex(error, table, index.name);
  }
}

async function queryPartition(
  { client, table, key }: SearchedTable,
  { index, range, descending }: AccessPath,
  value: string,
  after: SourcePosition,
  limit: number,
): Promise<Page> {
  const { name = '', hashKey = '', rangeKey = '' } = index ?? {};
  const query = async (bounds: object, from: SourcePosition): Promise<ItemPage> => {
    try {
      return await queryPage({
        ...{ client, table, index: name, hashKey: [hashKey, value], descending, limit },
        range: { attribute: rangeKey, ...bounds },
        after: typeof from === 'string' ? undefined : from,
      });
    } catch (error) {
      throw explainMissingIndex(error, table, name);
    }
  };
  const { prefix, from, to } = range;
  if (prefix === undefined) {
    const isEmpty = from !== undefined && to !== undefined && compareKeys(from, to) > 0;
    if (isEmpty) return { items: [], next: undefined, readUnits: 0 };
    return query({ from: exactBound(from), to: exactBound(to) }, after);
  }
  // From one text that does not begin with the prefix it is a leap to where the next one could be that does.
  const begins = (text: string): boolean => text.toLowerCase().startsWith(prefix.toLowerCase());
  const textOf = (item: PlainItem | undefined): string => String(item?.[rangeKey]);
  let readUnits = 0;
  let start: SourcePosition = after;
  let bound = nextVariant(prefix, typeof after === 'string' ? undefined : textOf(after), descending);
  // Where it leaps, it begins again: DynamoDB refuses to go on from outside of the range.
  if (typeof after !== 'string' && bound !== textOf(after)) start = 'start';
  while (bound !== undefined) {
    const bounds = descending
      ? { from: nextVariant(prefix, undefined, false), to: bound }
      : { from: bound, to: nextVariant(prefix, undefined, true) };
    const page = await query(bounds, start);
    readUnits += page.readUnits;
    const missed = page.items.findIndex((item) => !begins(textOf(item)));
    if (missed < 0 && (page.items.length > 0 || page.next === undefined)) return { ...page, readUnits };
    const met = page.items[missed] ?? page.next;
    if (missed > 0)
      return { items: page.items.slice(0, missed), next: pick(met, [hashKey, rangeKey, ...key]), readUnits };
    start = 'start';
    bound = nextVariant(prefix, textOf(met), descending);
  }
  return { items: [], next: undefined, readUnits };
}

/** The SDK refuses a JavaScript number so large that it may have lost digits; a bound is meant as it is. */
function exactBound(bound: number | string | undefined): unknown {
  return typeof bound === 'number' ? fromAttributes({ bound: { N: String(bound) } })['bound'] : bound;
}

function explainMissingIndex(error: unknown, table: string, index: string): unknown {
  const isMissing =
    error instanceof RequestFailedError &&
    /does not have the specified index|read from backfilling/i.test(error.message);
  return isMissing ? new IndexMissingError(table, index, error) : error;
}

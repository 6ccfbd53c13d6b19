import { getItems, type PlainItem } from '@cumulus/dynamodb/items';
import { PageTooFarError } from '../errors.ts';
import { canBeKey } from '../schemas/fields.ts';
import { type AccessPath, accessPaths, TABLE_PATH, valuesOf, type Wanted } from './access-path.ts';
import { Budget } from './budget.ts';
import { countKept } from './kept-count.ts';
import { passes, type RecordFilter } from './record-filter.ts';
import { checkLimit } from './record-list.ts';
import { comparePlaces, NEWEST_FIRST, type Place, placeOf, type SortField } from './record-order.ts';
import type { SearchOptions, SearchPage } from './record-search.ts';
import { formatPosition, nameOf, parsePosition, type SearchPosition } from './search-cursor.ts';
import type { SearchedTable } from './searched-table.ts';
import { type Met, Walk, type WalkPosition } from './walk.ts';

/** What is spent on trying a narrow path that is not sorted, in read units, where another one is sorted. */
const TRY_UNITS = 100;

/** What is spent on counting on after a page is full, in read units: little, so that no page gets dear as a table grows. */
const COUNT_UNITS = 100;

/** Records that are read at once where each has to be looked at. */
const RECORDS_AT_ONCE = 100;

/** The fewest entries of an index that are read at once where not all of them belong to the list. */
const MIN_ENTRIES = 200;

/** How many records the kept counts say that there are; undefined where they do not. */
type Kept = Promise<number | undefined>;

/** Of all that a search reads without an order, so that it can be sorted. */
interface Portion<R> {
  readonly found: readonly Found<R>[];
  /** How many entries were looked at. */
  readonly looked: number;
  readonly isAtEnd: boolean;
  readonly end: WalkPosition;
}

/** A record that was found, or its entry, and its place in the list. */
interface Found<R> {
  readonly place: Place;
  readonly item: PlainItem;
  /** Undefined where only the index's entry was read so far. */
  readonly record: R | undefined;
}

/**
 * Answers a search by the keys that it names, by an index, or by reading, within its budget. See ARCHITECTURE.md, "Lists".
 * @throws InvalidCursorError for a cursor of another search
 * @throws PageTooFarError for a page that cannot be reached within the budget
 * @throws RangeError for a limit that is none
 */
export async function search<R extends object>(
  table: SearchedTable<R>,
  options: SearchOptions,
): Promise<SearchPage<R>> {
  checkLimit(options.limit);
  return table.known.retrying(() => new Search(table, options).page());
}

class Search<R extends object> {
  readonly #table: SearchedTable<R>;
  readonly #options: SearchOptions;
  readonly #filters: readonly RecordFilter[];
  readonly #sort: readonly SortField[];
  readonly #name: string;
  #budget: Budget;
  readonly #compare: (a: Place, b: Place) => number;

  constructor(table: SearchedTable<R>, options: SearchOptions) {
    this.#table = table;
    this.#options = options;
    this.#filters = (options.filters ?? []).flatMap(parts);
    this.#sort = sortOf(table, options);
    this.#name = nameOf(table, this.#wanted);
    this.#budget = new Budget(options.budget ?? table.budget);
    this.#compare = comparePlaces(this.#sort);
  }

  get #wanted(): Wanted {
    return { filters: this.#filters, sort: this.#sort };
  }

  async page(): Promise<SearchPage<R>> {
    const { cursor, page = 1, limit, uncounted = false } = this.#options;
    const paths = accessPaths(this.#table, this.#wanted);
    if (cursor !== undefined) return uncountedPage(await this.#after(cursor, paths));
    if (uncounted && page === 1) return uncountedPage(await this.#page(paths, undefined, false));
    const counting = countKept(this.#table, this.#filters, this.#budget);
    const [kept, answer] = await Promise.all([counting, this.#page(paths, (page - 1) * limit, counting)]);
    const shown = answer === undefined ? await this.#remembered(paths, page) : answer;
    this.#table.pageStarts.note(this.#pagesName, page + 1, shown.cursor);
    if (kept === undefined) return shown;
    const isFull = shown.records.length === limit || shown.cursor === undefined;
    return { ...shown, count: kept, ...(isFull ? COMPLETE : {}) };
  }

  /** The page that begins after so many records; undefined where it cannot be reached within the budget. */
  async #page(paths: readonly AccessPath[], skip: number | undefined, kept: Kept): Promise<SearchPage<R> | undefined>;
  async #page(paths: readonly AccessPath[], skip: undefined, kept: false): Promise<SearchPage<R>>;
  async #page(paths: readonly AccessPath[], skip = 0, kept: Kept | false): Promise<SearchPage<R> | undefined> {
    const keys = this.#keys();
    if (keys !== undefined) return this.#sorted({ path: undefined }, await this.#byKeys(keys), skip);
    let narrowest: AccessPath | undefined;
    for (const narrowness of [3, 2, 1, 0]) {
      const some = paths.filter((path) => path.narrowness === narrowness && path.name !== TABLE_PATH);
      const inOrder = some.find(({ isSorted }) => isSorted);
      if (inOrder !== undefined) return this.#inOrder(inOrder, undefined, skip, kept);
      const [first] = some;
      if (first === undefined || (narrowness === 0 && !this.#isDecidedBy(first))) continue;
      narrowest ??= first;
      if (narrowness === 0) continue;
      const portion = await this.#portion(first, undefined, undefined, this.#budget.part(TRY_UNITS));
      if (portion.isAtEnd) return this.#sorted({ path: first.name }, portion, skip);
    }
    const path = narrowest ?? pathNamed(paths, TABLE_PATH);
    return this.#sorted({ path: path.name }, await this.#portion(path, undefined, undefined, this.#budget), skip);
  }

  /** The page at a cursor. @throws InvalidCursorError */
  async #after(cursor: string, paths: readonly AccessPath[]): Promise<SearchPage<R>> {
    const position = parsePosition(this.#name, cursor, this.#table, { paths, sort: this.#sort });
    if (position.path === undefined) return this.#sorted(position, await this.#byKeys(this.#keys() ?? []), 0);
    const path = pathNamed(paths, position.path);
    const { from, looked, after } = position;
    if (path.isSorted) return this.#inOrder(path, from, 0, false);
    // What one answer found has to be found by the next, however long it takes.
    const isAgain = looked !== undefined || after !== undefined;
    const budget = isAgain ? new Budget(UNLIMITED) : this.#budget;
    return this.#sorted(position, await this.#portion(path, from, looked, budget), 0);
  }

  /** A page too far behind to be reached from the first one, where it was asked for the page before it. */
  async #remembered(paths: readonly AccessPath[], page: number): Promise<SearchPage<R>> {
    const cursor = this.#table.pageStarts.find(this.#pagesName, page);
    if (cursor === undefined) throw new PageTooFarError(page);
    this.#budget = new Budget(this.#options.budget ?? this.#table.budget);
    const shown = await this.#after(cursor, paths);
    return { ...shown, complete: false, count: (page - 1) * this.#options.limit + shown.records.length };
  }

  get #pagesName(): string {
    return `${this.#name} ${this.#options.limit}`;
  }

  /** The keys that the filters name; undefined where they leave a part of the key open. */
  #keys(): readonly PlainItem[] | undefined {
    let keys: PlainItem[] = [{}];
    for (const attribute of this.#table.key) {
      const values = valuesOf(this.#filters, attribute);
      if (values === undefined) return undefined;
      keys = keys.flatMap((key) => values.filter(canBeKey).map((value) => ({ ...key, [attribute]: value })));
    }
    return keys;
  }

  async #byKeys(keys: readonly PlainItem[]): Promise<Portion<R>> {
    const items = keys.length === 0 ? [] : await getItems(this.#table, keys);
    const found = await Promise.all(items.map((item) => this.#whole(item)));
    const end: WalkPosition = { stage: 0, sources: [] };
    return { found: found.filter((one) => one !== undefined), looked: items.length, isAtEnd: true, end };
  }

  /** A page of what is sorted by itself. */
  async #sorted(
    { path, from, after }: SearchPosition,
    portion: Portion<R>,
    skip: number,
  ): Promise<SearchPage<R> | undefined>;
  async #sorted({ path, from, after }: SearchPosition, portion: Portion<R>, skip: 0): Promise<SearchPage<R>>;
  async #sorted(
    { path, from, after }: SearchPosition,
    { found, looked, isAtEnd, end }: Portion<R>,
    skip: number,
  ): Promise<SearchPage<R> | undefined> {
    const { limit } = this.#options;
    const left = found
      .filter(({ place }) => after === undefined || this.#compare(place, after) > 0)
      .sort((a, b) => this.#compare(a.place, b.place));
    if (skip > 0 && left.length <= skip && !isAtEnd) return undefined;
    const shown = left.slice(skip, skip + limit);
    const last = shown.at(-1);
    const goesOn = skip + limit < left.length && last !== undefined;
    const next: SearchPosition | undefined = goesOn
      ? { path, from, looked: isAtEnd ? undefined : looked, after: last.place }
      : isAtEnd
        ? undefined
        : { path, from: end };
    return {
      records: await this.#recordsOf(shown),
      count: found.length,
      complete: isAtEnd,
      searchedUntil: undefined,
      cursor: next && formatPosition(this.#name, next),
    };
  }

  /** Reads what a path has, in any order: to its end, for so many entries, or as far as the budget goes. */
  async #portion(
    path: AccessPath,
    from: WalkPosition | undefined,
    most = Number.POSITIVE_INFINITY,
    budget: Budget,
  ): Promise<Portion<R>> {
    const walk = this.#walk(path, from, budget, MIN_ENTRIES);
    const found: Found<R>[] = [];
    // Of whole records nothing more is read.
    const needsRecords = path.attributes !== undefined && !this.#isDecidedBy(path);
    let looked = 0;
    let isOver = false;
    while (!isOver && looked < most && !(needsRecords && budget.isSpent)) {
      const batch: Met[] = [];
      const size = needsRecords ? Math.min(RECORDS_AT_ONCE, budget.left) : RECORDS_AT_ONCE;
      while (batch.length < size && looked < most) {
        const met = await walk.next();
        isOver = met === undefined;
        if (met === undefined) break;
        looked += 1;
        if (this.#mayBelong(path, met)) batch.push(met);
      }
      const some = needsRecords
        ? await this.#wholes(batch, budget)
        : await Promise.all(batch.map((met) => this.#asFound(met)));
      found.push(...some.filter((one) => one !== undefined));
    }
    // One record can be met by several entries, if it is written meanwhile.
    const distinct = new Map(found.map((one) => [one.place[1], one]));
    return { found: [...distinct.values()], looked, isAtEnd: walk.isAtEnd, end: walk.position };
  }

  /**
   * A page of a path that is in the order of the list. Once it is full, the others are counted if that is wanted and the kept counts do
   * not say how many there are. Undefined where so many records cannot be skipped within the budget.
   */
  async #inOrder(
    path: AccessPath,
    from: WalkPosition | undefined,
    skip: number,
    kept: Kept,
  ): Promise<SearchPage<R> | undefined>;
  async #inOrder(path: AccessPath, from: WalkPosition | undefined, skip: 0, kept: Kept | false): Promise<SearchPage<R>>;
  async #inOrder(
    path: AccessPath,
    from: WalkPosition | undefined,
    skip: number,
    kept: Kept | false,
  ): Promise<SearchPage<R> | undefined>;
  async #inOrder(
    path: AccessPath,
    from: WalkPosition | undefined,
    skip: number,
    kept: Kept | false,
  ): Promise<SearchPage<R> | undefined> {
    const { limit } = this.#options;
    const needsRecords = path.undecided.length > 0;
    const budget = this.#budget;
    const walk = this.#walk(path, from, budget, Math.max(skip + limit, path.isExact ? 1 : MIN_ENTRIES));
    const records: R[] = [];
    const seen = new Set<string>();
    let found = 0;
    let searchedUntil: unknown;
    // Where the next page begins, once this one is full.
    let next: WalkPosition | undefined;
    let isOver = false;
    const counts = async (): Promise<boolean> =>
      kept !== false && budget.hasSpentLessThan(COUNT_UNITS) && (await kept) === undefined;
    while (!isOver && !(needsRecords && budget.isSpent) && (next === undefined || (await counts()))) {
      const isReading = needsRecords || (next === undefined && found >= skip);
      const most = needsRecords
        ? Math.min(RECORDS_AT_ONCE, budget.left)
        : next !== undefined
          ? MIN_ENTRIES
          : found < skip
            ? skip - found
            : limit - records.length;
      const batch: { readonly met: Met; readonly position: WalkPosition | undefined }[] = [];
      while (batch.length < most) {
        const met = await walk.next();
        isOver = met === undefined;
        if (met === undefined) break;
        searchedUntil = met.item[path.index?.rangeKey ?? ''] ?? searchedUntil;
        if (await this.#isMet(path, met, isReading))
          batch.push({ met, position: isReading ? walk.position : undefined });
      }
      if (!isReading) {
        found += batch.length;
        continue;
      }
      const wholes = await this.#wholes(
        batch.map(({ met }) => met),
        budget,
      );
      for (const [at, whole] of wholes.entries()) {
        // One record can be met by several entries, if it is written meanwhile.
        if (whole?.record === undefined || seen.has(whole.place[1])) continue;
        seen.add(whole.place[1]);
        found += 1;
        if (found <= skip || next !== undefined) continue;
        records.push(whole.record);
        if (records.length === limit) next = batch[at]?.position;
      }
    }
    if (found < skip && !walk.isAtEnd) return undefined;
    const hasMore = found > skip + records.length || !walk.isAtEnd;
    const complete = walk.isAtEnd || (kept === false && next !== undefined);
    return {
      records,
      count: found,
      complete,
      searchedUntil: complete ? undefined : shownValue(searchedUntil),
      cursor: hasMore ? formatPosition(this.#name, { path: path.name, from: next ?? walk.position }) : undefined,
    };
  }

  #walk(path: AccessPath, position: WalkPosition | undefined, budget: Budget, first: number): Walk {
    return new Walk(this.#table, path, { position, budget, first, mayHaveRest: () => this.#mayHaveRest(path) });
  }

  /** Whether there can be records that an index does not have. */
  async #mayHaveRest({ index, stages }: AccessPath): Promise<boolean> {
    const { rangeKey = '' } = index ?? {};
    const isGiven = valuesOf(this.#filters, index?.hashKey ?? '') !== undefined;
    const { key, countLacking } = this.#table;
    if (stages.length === 0) return false;
    const fields = [...(isGiven ? [] : ['status']), ...(key.includes(rangeKey) ? [] : [rangeKey])];
    const lacking = await Promise.all(fields.map((field) => countLacking(field)));
    return lacking.some((count) => count !== 0);
  }

  /** Whether an index's entries decide the filters, and have what the list is sorted by. */
  #isDecidedBy({ undecided, attributes }: AccessPath): boolean {
    return (
      attributes !== undefined &&
      undecided.length === 0 &&
      this.#sort.every(({ field }) => attributes.includes(field.split('.')[0] ?? ''))
    );
  }

  /** Whether what was met can belong to the list, as far as an entry decides. */
  #mayBelong({ undecided }: AccessPath, { item, isWhole }: Met): boolean {
    return isWhole || this.#filters.every((filter) => undecided.includes(filter) || passes(item, filter));
  }

  /** Whether what was met belongs to the list, for certain if it is not read afterwards. */
  async #isMet(path: AccessPath, met: Met, isReading: boolean): Promise<boolean> {
    return met.isWhole && !isReading ? (await this.#whole(met.item)) !== undefined : this.#mayBelong(path, met);
  }

  async #asFound({ item, isWhole }: Met): Promise<Found<R> | undefined> {
    if (isWhole) return this.#whole(item);
    return { item, place: this.#placeOf(item), record: undefined };
  }

  /** A record that belongs to the list; undefined for another. */
  async #whole(item: PlainItem): Promise<Found<R> | undefined> {
    const record = await this.#table.recordOf(item);
    if (!this.#filters.every((filter) => passes(record, filter))) return undefined;
    return { item, place: this.#placeOf(record), record };
  }

  /** The records themselves; undefined for one that is gone, or has left the list since its index's entry was read. */
  async #wholes(met: readonly Met[], budget: Budget): Promise<readonly (Found<R> | undefined)[]> {
    const keys = met.filter(({ isWhole }) => !isWhole).map(({ item }) => this.#keyOf(item));
    const items = keys.length === 0 ? [] : await getItems(this.#table, keys);
    budget.spend(keys.length);
    const byKey = new Map(items.map((item): [string, PlainItem] => [JSON.stringify(this.#keyOf(item)), item]));
    return Promise.all(
      met.map(({ item, isWhole }) => {
        const whole = isWhole ? item : byKey.get(JSON.stringify(this.#keyOf(item)));
        return whole === undefined ? undefined : this.#whole(whole);
      }),
    );
  }

  async #recordsOf(shown: readonly Found<R>[]): Promise<readonly R[]> {
    const met = shown.filter(({ record }) => record === undefined).map(({ item }) => ({ item, isWhole: false }));
    const wholes = await this.#wholes(met, this.#budget);
    const read = new Map(wholes.map((whole, at) => [met[at]?.item, whole?.record]));
    return shown.map(({ item, record }) => record ?? read.get(item)).filter((record) => record !== undefined);
  }

  #keyOf(item: object): PlainItem {
    return Object.fromEntries(this.#table.key.map((attribute) => [attribute, (item as PlainItem)[attribute]]));
  }

  #placeOf(record: object): Place {
    return placeOf(record, this.#sort, this.#table.key);
  }
}

const COMPLETE = { complete: true, searchedUntil: undefined } as const;

const UNLIMITED = { milliseconds: Number.POSITIVE_INFINITY, readUnits: Number.POSITIVE_INFINITY };

function uncountedPage<R>(page: SearchPage<R>): SearchPage<R> {
  return { ...page, count: undefined };
}

function pathNamed(paths: readonly AccessPath[], name: string): AccessPath {
  const path = paths.find((one) => one.name === name);
  if (path === undefined) throw new TypeError(`There is no path ${name}.`);
  return path;
}

/** A filter that is several at once, as these. */
function parts(filter: RecordFilter): readonly RecordFilter[] {
  return filter.kind === 'all' ? filter.of.flatMap(parts) : [filter];
}

/** What sorts the records: fields that they do not have, which dashboards name, sort nothing. */
function sortOf({ fields }: SearchedTable, { sort = NEWEST_FIRST }: SearchOptions): readonly SortField[] {
  const known = sort.filter(({ field }) => fields.includes(field.split('.')[0] ?? ''));
  const isFirst = known.filter(({ field }, at) => known.findIndex((other) => other.field === field) === at);
  if (isFirst.length > 0) return isFirst;
  return NEWEST_FIRST.filter(({ field }) => fields.includes(field));
}

/** A value that a person can read. */
function shownValue(value: unknown): string | number | undefined {
  return typeof value === 'string' || value === undefined ? value : Number(value);
}

import { type Condition, conditions } from '@cumulus/dynamodb/items';
import type { IndexDefinition } from '@cumulus/dynamodb/tables';
import { canBeKey, MAX_RANGE_KEY_BYTES } from '../schemas/fields.ts';
import { hasKnownVariants } from './prefix-variants.ts';
import type { RecordFilter } from './record-filter.ts';
import { type SortField, TIME } from './record-order.ts';
import type { SearchedTable } from './searched-table.ts';

/** What is wanted of an index's sort key, or of its values in order. */
interface KeyRange {
  readonly from?: number | string | undefined;
  readonly to?: number | string | undefined;
  /** What the text begins with, whatever letters are capital. */
  readonly prefix?: string | undefined;
}

/** Entries that are read together, merged in their order. */
export type Stage =
  | { readonly kind: 'partitions'; readonly values: readonly string[] }
  /** All records that are so: those that the index does not have, or all; within a partition that holds whole records, or the table. */
  | { readonly kind: 'rest'; readonly filter: readonly Condition[]; readonly within?: Partition | undefined };

interface Partition {
  readonly index: IndexDefinition;
  readonly value: string;
}

/** How narrow a path is: how few of the table's records are met on it. */
type Narrowness =
  /** All of them, or those of all statuses. */
  | 0
  /** Those of a status, collection, provider or workflow, of which there can be millions. */
  | 1
  /** Those of a name, or a part of it. */
  | 2
  /** Those of one PDR, execution or operation. */
  | 3;

/** A way to read what a search is about: by an index, or the table itself. */
export interface AccessPath {
  /** The index's name, or `table`. */
  readonly name: string;
  readonly index: IndexDefinition | undefined;
  readonly stages: readonly Stage[];
  readonly range: KeyRange;
  readonly descending: boolean;
  /** Whether records are read in the order of the search. */
  readonly isSorted: boolean;
  readonly narrowness: Narrowness;
  /** The attributes that entries of the index hold; undefined where they are whole records. */
  readonly attributes: readonly string[] | undefined;
  /** Whether all entries belong to the list: partitions and range are all that the filters want. */
  readonly isExact: boolean;
  /** The filters that need the record, because an index's entry does not decide them. */
  readonly undecided: readonly RecordFilter[];
}

/** The path of a table that is read whole. */
export const TABLE_PATH = 'table';

/** Attributes of which many records have the same value, the narrowest first; records of another attribute's value are few. */
const BROAD = ['collectionId', 'provider', 'type', 'status'];

/** So many values of an attribute are read at once; of more, the index is of no use. */
const MAX_PARTITIONS = 10;

/** What a search is about. */
export interface Wanted {
  readonly filters: readonly RecordFilter[];
  readonly sort: readonly SortField[];
}

/** All ways to answer a search, the narrowest first; the last is always the table itself. */
export function accessPaths(table: SearchedTable, wanted: Wanted): readonly AccessPath[] {
  const paths = table.indexes
    .filter(({ name }) => table.known.has(name))
    .flatMap((index) => pathBy(index, table, wanted) ?? []);
  return [...paths.sort(narrowestFirst), PATH_OF_TABLE];
}

function narrowestFirst(a: AccessPath, b: AccessPath): number {
  const isWhole = ({ attributes }: AccessPath): number => (attributes === undefined ? 0 : 1);
  const broadness = ({ index }: AccessPath): number => BROAD.indexOf(index?.hashKey ?? '');
  return (
    b.narrowness - a.narrowness ||
    a.undecided.length - b.undecided.length ||
    Number(b.isSorted) - Number(a.isSorted) ||
    (a.undecided.length > 0 ? isWhole(a) - isWhole(b) : isWhole(b) - isWhole(a)) ||
    broadness(a) - broadness(b)
  );
}

const PATH_OF_TABLE: AccessPath = {
  ...{ name: TABLE_PATH, index: undefined, stages: [{ kind: 'rest', filter: [] }], range: {}, descending: false },
  ...{ isSorted: false, narrowness: 0, attributes: undefined, isExact: false, undecided: [] },
};

/** The path by an index; undefined where it is of no use. */
function pathBy(index: IndexDefinition, table: SearchedTable, { filters, sort }: Wanted): AccessPath | undefined {
  const { hashKey, rangeKey, holds } = index;
  if (rangeKey === undefined) return undefined;
  const given = valuesOf(filters, hashKey);
  const values = given ?? (hashKey === 'status' ? table.statuses : []);
  if (values.length === 0 && given === undefined) return undefined;
  if (values.length > MAX_PARTITIONS) return undefined;
  const range = rangeOf(index, filters);
  const isNarrow = range.prefix !== undefined || (index.rangeType === undefined && range.from !== undefined);
  const isGiven = given !== undefined;
  const narrowness = isGiven && !BROAD.includes(hashKey) ? 3 : isNarrow ? 2 : isGiven ? 1 : 0;
  const sorting = sortingBy(index, values, sort);
  const attributes = holds === undefined ? undefined : [hashKey, rangeKey, ...table.key, ...holds];
  const rest = restOf(index, table, { isGiven, isRanged: Object.values(range).some((end) => end !== undefined) });
  return {
    ...{ name: index.name, index, range, narrowness, attributes },
    isExact: filters.every((filter) => isImplied(filter, index, range)),
    descending: sorting?.descending ?? false,
    isSorted: sorting !== undefined,
    stages: [
      ...(sorting?.partitions ?? [values])
        .map((some) => ({ kind: 'partitions', values: some.filter(canBeKey) }) as const)
        .filter((stage) => stage.values.length > 0),
      ...(rest === undefined ? [] : [restStage(rest, table, filters)]),
    ],
    undecided: attributes === undefined ? [] : filters.filter((filter) => !isDecided(filter, attributes)),
  };
}

/** The values that a field must have one of; undefined where no filter says so. */
export function valuesOf(filters: readonly RecordFilter[], field: string): readonly string[] | undefined {
  const lists = filters.flatMap((filter) => (filter.kind === 'is' && filter.field === field ? [filter.values] : []));
  const [first, ...others] = lists;
  return first && [...new Set(first)].filter((value) => others.every((values) => values.includes(value))).sort();
}

/** What the filters want of the index's sort key. What DynamoDB cannot compare is left to the filters themselves. */
function rangeOf({ rangeKey = '', rangeType }: IndexDefinition, filters: readonly RecordFilter[]): KeyRange {
  if (rangeType === 'N') {
    const ends = filters.flatMap((filter) =>
      filter.kind === 'range' && filter.field === rangeKey
        ? [{ from: filter.from ?? filter.above, to: filter.to ?? filter.below }]
        : [],
    );
    const numbers = (texts: readonly (string | undefined)[]): readonly number[] =>
      texts.flatMap((text) => (text === undefined || !Number.isFinite(Number(text)) ? [] : [within(Number(text))]));
    const from = numbers(ends.map((end) => end.from));
    const to = numbers(ends.map((end) => end.to));
    return {
      from: from.length === 0 ? undefined : Math.max(...from),
      to: to.length === 0 ? undefined : Math.min(...to),
    };
  }
  const values = valuesOf(filters, rangeKey);
  if (values?.length === 1 && canBeRangeKey(values[0])) return { from: values[0], to: values[0] };
  for (const filter of filters) {
    const isPrefix = filter.kind === 'prefix' && filter.field === rangeKey && hasKnownVariants(filter.text);
    if (isPrefix && canBeRangeKey(filter.text)) return { prefix: filter.text };
  }
  return {};
}

/** Whether all entries of the partitions and the range pass a filter. */
function isImplied(filter: RecordFilter, { hashKey, rangeKey, rangeType }: IndexDefinition, range: KeyRange): boolean {
  if (filter.kind === 'is') return filter.field === hashKey || (filter.field === rangeKey && range.from !== undefined);
  if (filter.kind === 'prefix') return filter.field === rangeKey && filter.text === range.prefix;
  return filter.kind === 'range' && filter.field === rangeKey && rangeType === 'N' && filter.above === filter.below;
}

/** Numbers beyond which DynamoDB has none, and a record neither. */
function within(number: number): number {
  return Math.min(Math.max(number, -1e125), 1e125);
}

function canBeRangeKey(value: string | undefined): value is string {
  return value !== undefined && value !== '' && Buffer.byteLength(value) <= MAX_RANGE_KEY_BYTES - 4;
}

interface Sorting {
  readonly descending: boolean;
  /** The partitions in their order; those of one list are merged. */
  readonly partitions: readonly (readonly string[])[];
}

/**
 * How the index's entries come in the order that is wanted: all partitions merged by the sort key, or one partition after the
 * other. undefined where they do not.
 */
function sortingBy(
  { hashKey, rangeKey }: IndexDefinition,
  values: readonly string[],
  sort: readonly SortField[],
): Sorting | undefined {
  const [first, second, ...others] = sort;
  const isOne = values.length < 2;
  const isByHash = first?.field === hashKey;
  const byRange = isByHash ? second : first;
  if (others.length > 0 || (!isByHash && second !== undefined)) return undefined;
  if (byRange !== undefined && byRange.field !== rangeKey) return undefined;
  // Records that an index by another field does not have would come after those of all partitions, not among those of theirs.
  if (isByHash && !isOne && rangeKey !== TIME) return undefined;
  const inOrder = [...values].sort();
  if (first?.order === 'desc') inOrder.reverse();
  return {
    descending: (byRange ?? first)?.order === 'desc',
    partitions: isByHash && !isOne ? inOrder.map((value) => [value]) : [values],
  };
}

/**
 * What the records are that belong to the list, but are not in the index: they lack its sort key, or have a status that is none.
 * undefined where there can be none.
 */
function restOf(
  { rangeKey = '', rangeType }: IndexDefinition,
  { key, statuses }: SearchedTable,
  { isGiven, isRanged }: { readonly isGiven: boolean; readonly isRanged: boolean },
): Condition | undefined {
  const lacks = [
    ...(isRanged || key.includes(rangeKey) ? [] : [conditions.isNot(rangeKey, rangeType ?? 'S')]),
    ...(isGiven ? [] : [conditions.noneOf('status', statuses)]),
  ];
  // DynamoDB refuses parentheses around a single condition.
  return lacks.length < 2 ? lacks[0] : conditions.anyOf(...lacks);
}

/** The filter goes with the request as far as DynamoDB has it: it then sends no more than it must. */
function restStage(rest: Condition, { indexes, known }: SearchedTable, filters: readonly RecordFilter[]): Stage {
  const ones = BROAD.flatMap((field) => {
    const values = valuesOf(filters, field);
    return values?.length === 1 && canBeKey(values[0]) ? [[field, values[0]] as const] : [];
  });
  const given = new Map(ones);
  const whole = indexes.find(
    ({ name, holds, hashKey }) => holds === undefined && known.has(name) && given.has(hashKey),
  );
  const others = ones.filter(([field]) => field !== whole?.hashKey);
  return {
    kind: 'rest',
    filter: [rest, ...others.map(([field, value]) => conditions.equals(field, value))],
    within: whole && { index: whole, value: given.get(whole.hashKey) ?? '' },
  };
}

/** Whether attributes alone decide if a record passes a filter. */
function isDecided(filter: RecordFilter, attributes: readonly string[]): boolean {
  if ('of' in filter) return filter.of.every((part) => isDecided(part, attributes));
  const field = 'field' in filter ? filter.field : undefined;
  return field !== undefined && attributes.includes(field.split('.')[0] ?? '');
}

import type { TimeSpan } from '../counts/day-tally.ts';
import { accessPaths, valuesOf } from './access-path.ts';
import type { Budget } from './budget.ts';
import { passes, type RecordFilter } from './record-filter.ts';
import { NEWEST_FIRST, TIME } from './record-order.ts';
import type { SearchedTable } from './searched-table.ts';
import { Walk } from './walk.ts';

/** What is spent on the entries of the hours at the ends of a span of time, in read units. */
const EDGE_UNITS = 100;

/** How many entries are counted at once. */
const ENTRIES = 1_000;

/** How many records pass filters, out of the kept counts; undefined where these do not tell. */
export async function countKept(
  table: SearchedTable,
  filters: readonly RecordFilter[],
  budget: Budget,
): Promise<number | undefined> {
  if (!filters.every(isCounted)) return undefined;
  const groups = (valuesOf(filters, 'status') ?? [undefined]).flatMap((status) =>
    (valuesOf(filters, 'collectionId') ?? [undefined]).map((collectionId) => ({ status, collectionId })),
  );
  const span = spanOf(filters);
  if (span === undefined) {
    const counts = await Promise.all(groups.map((group) => table.countMatching(group)));
    return sumOf(counts);
  }
  const counts = await Promise.all(groups.map((group) => table.countInTime({ ...group, ...span })));
  const ofHours = sumOf(counts.map((counted) => counted?.count));
  if (ofHours === undefined) return undefined;
  const others = filters.filter(({ kind }) => kind !== 'range');
  const edges = counts[0]?.edges ?? [];
  return sumOf([ofHours, ...(await Promise.all(edges.map((edge) => countEdge(table, others, edge, budget))))]);
}

function isCounted(filter: RecordFilter): boolean {
  if (filter.kind === 'is') return filter.field === 'status' || filter.field === 'collectionId';
  if (filter.kind !== 'range' || filter.field !== TIME) return false;
  const { from, to, above, below } = filter;
  return above === undefined && below === undefined && [from, to].every((time) => time === undefined || isTime(time));
}

function isTime(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

/** The span of time that ranges of it leave, in whole milliseconds; undefined where there are none. */
function spanOf(filters: readonly RecordFilter[]): TimeSpan | undefined {
  const ranges = filters.flatMap((filter) => (filter.kind === 'range' ? [filter] : []));
  if (ranges.length === 0) return undefined;
  const from = ranges.flatMap((range) => (range.from === undefined ? [] : [Math.ceil(Number(range.from))]));
  const to = ranges.flatMap((range) => (range.to === undefined ? [] : [Math.floor(Number(range.to))]));
  return {
    from: from.length === 0 ? undefined : Math.max(...from),
    to: to.length === 0 ? undefined : Math.min(...to),
  };
}

/** Counts the entries of a part of an hour. Undefined where they are too many. */
async function countEdge(
  table: SearchedTable,
  others: readonly RecordFilter[],
  { from, to }: TimeSpan,
  budget: Budget,
): Promise<number | undefined> {
  const filters = [...others, { kind: 'range', field: TIME, from: String(from), to: String(to) } as const];
  const path = accessPaths(table, { filters, sort: NEWEST_FIRST }).find(
    (one) => one.isSorted && one.undecided.length === 0,
  );
  if (path === undefined) return undefined;
  const part = budget.part(EDGE_UNITS);
  const mayHaveRest = async (): Promise<boolean> => (await table.countLacking('status')) !== 0;
  const walk = new Walk(table, path, { budget: part, first: ENTRIES, mayHaveRest });
  let count = 0;
  for (let met = await walk.next(); met !== undefined; met = await walk.next()) {
    const { item } = met;
    if (filters.every((filter) => passes(item, filter))) count += 1;
  }
  return walk.isAtEnd ? count : undefined;
}

function sumOf(counts: readonly (number | undefined)[]): number | undefined {
  return counts.reduce((sum, count) => (sum === undefined || count === undefined ? undefined : sum + count), 0);
}

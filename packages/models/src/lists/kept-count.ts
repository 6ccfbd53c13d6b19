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

/** How many records pass filters. */
export interface StatusCounts {
  readonly total: number;
  /** `''` stands for records without a status that this release knows. */
  readonly byStatus: Readonly<Record<string, number>>;
  /** Of a span of time alone, how long the records took. */
  readonly durations?: Durations | undefined;
}

/** How long the records of the whole hours of a span of time took. */
export interface Durations {
  /** How many have a `duration`, and the sum of these, in milliseconds. */
  readonly timed: number;
  readonly milliseconds: number;
  /** The ends of the span, in milliseconds since 1970, whose durations are not in the sum, and how many records each has. */
  readonly edges: readonly { readonly from: number; readonly to: number; readonly total: number }[];
}

/** How many records pass filters, out of the kept counts; undefined where these do not say. */
export async function countKept(
  table: SearchedTable,
  filters: readonly RecordFilter[],
  budget: Budget,
): Promise<number | undefined> {
  return (await countByStatus(table, filters, budget))?.total;
}

/** How many records of each status pass filters, out of the kept counts; undefined where these do not say. */
export async function countByStatus(
  table: SearchedTable,
  filters: readonly RecordFilter[],
  budget: Budget,
): Promise<StatusCounts | undefined> {
  if (!filters.every(isCounted)) return undefined;
  const statuses = valuesOf(filters, 'status');
  // One that is not known is counted with others.
  if (statuses?.some((status) => !table.statuses.includes(status))) return undefined;
  const collections = valuesOf(filters, 'collectionId') ?? [undefined];
  const span = spanOf(filters);
  if (span === undefined) return sumOf(await Promise.all(collections.map((one) => table.countMatching(one))), statuses);
  const ofHours = await Promise.all(collections.map((collectionId) => table.countInTime({ collectionId, ...span })));
  if (ofHours.includes(undefined)) return undefined;
  const [hours] = ofHours;
  const others = filters.filter(({ kind }) => kind !== 'range');
  const edges = await Promise.all(
    (hours?.edges ?? []).map(async (edge) => ({ edge, counts: await countEdge(table, others, edge, budget) })),
  );
  const sum = sumOf([...ofHours, ...edges.map(({ counts }) => counts)], statuses);
  if (sum === undefined || hours === undefined || others.length > 0) return sum;
  const { timed, milliseconds } = hours;
  const ends = edges.map(({ edge, counts }) => ({ ...edge, total: counts?.total ?? 0 }));
  return { ...sum, durations: { timed, milliseconds, edges: ends } };
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

/** Counts the entries of a part of an hour by status. Undefined where they are too many. */
async function countEdge(
  table: SearchedTable,
  others: readonly RecordFilter[],
  { from, to }: TimeSpan,
  budget: Budget,
): Promise<StatusCounts | undefined> {
  const filters = [...others, { kind: 'range', field: TIME, from: String(from), to: String(to) } as const];
  const path = accessPaths(table, { filters, sort: NEWEST_FIRST }).find(
    (one) => one.isSorted && one.undecided.length === 0,
  );
  if (path === undefined) return undefined;
  const part = budget.part(EDGE_UNITS);
  const mayHaveRest = async (): Promise<boolean> => (await table.countLacking('status')) !== 0;
  const walk = new Walk(table, path, { budget: part, first: ENTRIES, mayHaveRest });
  const byStatus: Record<string, number> = {};
  let total = 0;
  for (let met = await walk.next(); met !== undefined; met = await walk.next()) {
    const { item } = met;
    if (!filters.every((filter) => passes(item, filter))) continue;
    const status = table.statuses.find((one) => one === item['status']) ?? '';
    byStatus[status] = (byStatus[status] ?? 0) + 1;
    total += 1;
  }
  return walk.isAtEnd ? { total, byStatus } : undefined;
}

/** The sum of counts, of some statuses unless undefined. Undefined where some of them are not known. */
function sumOf(
  counts: readonly (StatusCounts | undefined)[],
  statuses: readonly string[] | undefined,
): StatusCounts | undefined {
  const byStatus: Record<string, number> = {};
  let all = 0;
  for (const some of counts) {
    if (some === undefined) return undefined;
    all += some.total;
    for (const [status, count] of Object.entries(some.byStatus)) {
      if (statuses === undefined || statuses.includes(status)) byStatus[status] = (byStatus[status] ?? 0) + count;
    }
  }
  if (statuses === undefined) return { total: all, byStatus };
  return { total: Object.values(byStatus).reduce((sum, count) => sum + count, 0), byStatus };
}

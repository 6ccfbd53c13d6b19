import { forEachAtOnce } from '@cumulus/dynamodb/aws';
import type { RecordFilter, RecordFilterOf } from '@cumulus/models';
import { listCollectionCounts } from '@cumulus/models/counts';
import type { Granule } from '@cumulus/models/schemas';
import type { Services } from '../services.ts';
import { isIndexed } from './count-without-records.ts';
import { NumberStats } from './describe-numbers.ts';
import { findCounts } from './kept-counts.ts';
import { countRecords, visitRecords } from './visit-records.ts';

/** One number of the summary. */
interface Figure {
  /** The first and the last time that it is of, by ISO 8601. */
  readonly dateFrom: string;
  readonly dateTo: string;
  readonly value: number;
  readonly aggregation: 'count' | 'average';
  readonly unit: string;
}

type Summary = Readonly<Record<'errors' | 'collections' | 'processingTime' | 'granules', Figure>>;

/** The numbers that a summary is made of. */
interface Numbers {
  readonly errors: number;
  readonly collections: number;
  /** Mean duration in seconds; 0 where nothing took any time. */
  readonly processingTime: number;
  readonly granules: number;
  /** Which of these are not of all granules that were asked for, because there are too many to look at. */
  readonly incomplete: readonly string[];
  /** Whether the kept counts would have had them, but may be wrong. */
  readonly recountDue: boolean;
}

/** A summary, and what there is to say of it. */
export interface Summarized {
  readonly summary: Summary;
  readonly incomplete: readonly string[];
  readonly recountDue: boolean;
}

/** How long granules are looked at for their durations and collections, in milliseconds. */
const MAX_TIME = 500;

/**
 * How many granules of the part of an hour at either end of a span are looked at for their durations. Of more the mean is of the whole
 * hours alone, which is said.
 */
const MAX_OF_EDGE = 20;

/** Collections that are asked for at once. */
const CONCURRENCY = 20;

const FAILED: RecordFilterOf<Granule> = { kind: 'is', field: 'status', values: ['failed'] };

type GranuleFilters = readonly RecordFilterOf<Granule>[];

/** The granules that pass the filters in numbers: out of the kept counts, the indexes, and else by looking at them. */
export async function summarize(asked: readonly RecordFilter[], services: Services): Promise<Summarized> {
  // Somebody asks by any field.
  const filters = asked as GranuleFilters;
  const numbers = await numbersOf(filters, services);
  const range = filters.flatMap((filter) => (filter.kind === 'range' && filter.field === 'timestamp' ? [filter] : []));
  const [from, to] = [range.find((filter) => filter.from)?.from, range.find((filter) => filter.to)?.to];
  const time = { dateFrom: dateOf(from, 0), dateTo: dateOf(to, Date.now()) };
  const count = (value: number, unit: string): Figure => ({ ...time, value, aggregation: 'count', unit });
  const summary: Summary = {
    errors: count(numbers.errors, 'error'),
    collections: count(numbers.collections, 'collection'),
    processingTime: { ...time, value: numbers.processingTime, aggregation: 'average', unit: 'second' },
    granules: count(numbers.granules, 'granule'),
  };
  return { summary, incomplete: numbers.incomplete, recountDue: numbers.recountDue };
}

async function numbersOf(filters: GranuleFilters, services: Services): Promise<Numbers> {
  const { counts } = services;
  const found = await findCounts(counts, 'granule');
  const recountDue = filters.length === 0 && found?.recountDue !== undefined;
  if (filters.length > 0 || found === undefined || recountDue)
    return { ...((await countedInTime(filters, services)) ?? (await looked(filters, services))), recountDue };
  const { total, byStatus, meanDuration = 0 } = found;
  const collections = await listCollectionCounts({ ...counts, recordType: 'granule' });
  return {
    ...{ errors: byStatus['failed'] ?? 0, collections: collections.length, processingTime: meanDuration },
    ...{ granules: total, incomplete: [], recountDue },
  };
}

/** The numbers of a span of time out of the kept counts by hours; undefined where these do not say. */
async function countedInTime(
  filters: GranuleFilters,
  services: Services,
): Promise<Omit<Numbers, 'recountDue'> | undefined> {
  const { granules: model } = services.models;
  const numbers = await model.countByStatus(filters);
  if (numbers?.durations === undefined) return undefined;
  const { edges } = numbers.durations;
  let { timed, milliseconds } = numbers.durations;
  const looks = ({ total }: (typeof edges)[number]): boolean => total <= MAX_OF_EDGE;
  const isWhole = edges.every(looks);
  if (!isWhole && timed === 0) return undefined;
  const look = ({ from, to }: (typeof edges)[number]): Promise<unknown> => {
    const span: RecordFilterOf<Granule> = { kind: 'range', field: 'timestamp', from: `${from}`, to: `${to}` };
    return visitRecords(model, [span], ({ duration }: { readonly duration?: unknown }) => {
      if (typeof duration !== 'number') return;
      timed += 1;
      milliseconds += 1000 * duration;
    });
  };
  const [collections] = await Promise.all([
    activeCollections(filters, services),
    ...edges.filter((edge) => edge.total > 0 && looks(edge)).map(look),
  ]);
  if (collections === undefined) return undefined;
  return {
    ...{ granules: numbers.total, errors: numbers.byStatus['failed'] ?? 0, collections },
    processingTime: timed === 0 ? 0 : milliseconds / timed / 1000,
    incomplete: isWhole ? [] : ['processingTime'],
  };
}

async function looked(filters: GranuleFilters, services: Services): Promise<Omit<Numbers, 'recountDue'>> {
  const { granules: model } = services.models;
  const collections = new Set<unknown>();
  const durations = new NumberStats();
  let errors = 0;
  const { count, complete } = await visitRecords(
    model,
    filters,
    (record: { readonly status?: unknown; readonly collectionId?: unknown; readonly duration?: unknown }) => {
      if (record.status === 'failed') errors += 1;
      if (typeof record.collectionId === 'string') collections.add(record.collectionId);
      if (typeof record.duration === 'number') durations.add(record.duration);
    },
    MAX_TIME,
  );
  const seen = { errors, collections: collections.size, processingTime: durations.described.avg ?? 0, granules: count };
  if (complete) return { ...seen, incomplete: [] };
  if (!filters.every(isIndexed)) return { ...seen, incomplete: Object.keys(seen) };
  const [all, failed, active] = await Promise.all([
    countRecords(model, filters),
    countRecords(model, [...filters, FAILED]),
    activeCollections(filters, services),
  ]);
  return {
    granules: all.complete ? all.count : Math.max(all.count, count),
    errors: failed.complete ? failed.count : Math.max(failed.count, errors),
    collections: active ?? collections.size,
    processingTime: seen.processingTime,
    incomplete: [
      ...(all.complete ? [] : ['granules']),
      ...(failed.complete ? [] : ['errors']),
      ...(active === undefined ? ['collections'] : []),
      'processingTime',
    ],
  };
}

/** How many collections have a granule that passes the filters; undefined where it is not known which collections there are. */
async function activeCollections(
  filters: GranuleFilters,
  { counts, models: { granules } }: Services,
): Promise<number | undefined> {
  const found = await findCounts(counts, 'granule');
  if (found === undefined || found.recountDue !== undefined) return undefined;
  const collections = await listCollectionCounts({ ...counts, recordType: 'granule' });
  let active = 0;
  await forEachAtOnce(collections, CONCURRENCY, undefined, async ({ collectionId }) => {
    const ofCollection: RecordFilterOf<Granule> = { kind: 'is', field: 'collectionId', values: [collectionId] };
    const { records } = await granules.search({ filters: [...filters, ofCollection], limit: 1, uncounted: true });
    active += records.length;
  });
  return active;
}

function dateOf(milliseconds: string | undefined, otherwise: number): string {
  const date = new Date(milliseconds === undefined ? otherwise : Number(milliseconds));
  // A time that no date holds is before or after all that there are.
  return Number.isNaN(date.getTime()) ? String(milliseconds) : date.toISOString();
}

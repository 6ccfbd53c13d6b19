import type { RecordFilter } from '@cumulus/models';
import { listCollectionCounts } from '@cumulus/models/counts';
import { bad, filtersOf } from '../lists/list-query.ts';
import { readMatching } from '../lists/read-matching.ts';
import type { Services } from '../services.ts';
import { keptCounts } from './kept-counts.ts';

/** One number of the summary. */
interface Figure {
  /** The first and the last time that it is of, by ISO 8601. */
  readonly dateFrom: string;
  readonly dateTo: string;
  readonly value: number;
  readonly aggregation: 'count' | 'average';
  readonly unit: string;
}

export type Summary = Readonly<Record<'errors' | 'collections' | 'processingTime' | 'granules', Figure>>;

/** The numbers that a summary is made of. */
interface Numbers {
  readonly errors: number;
  readonly collections: number;
  /** Mean duration in seconds; 0 where nothing took any time. */
  readonly processingTime: number;
  readonly granules: number;
}

/**
 * The granules in numbers: out of the kept counts, or of a time by reading its granules.
 * @param parameters `timestamp__from` and `timestamp__to`, in milliseconds since 1970
 * @throws HTTPException 400 for another parameter
 */
export async function summarize(
  parameters: { readonly [name: string]: string | undefined },
  services: Services,
): Promise<Summary> {
  const { timestamp__from: from, timestamp__to: to, ...others } = parameters;
  const [other] = Object.keys(others);
  if (other !== undefined) throw bad(other, 'is none of timestamp__from and timestamp__to');
  const filters = filtersOf('granule', { timestamp__from: from, timestamp__to: to });
  const numbers = (filters.length === 0 ? await keptNumbers(services) : undefined) ?? (await read(filters, services));
  const time = { dateFrom: dateOf(from, 0), dateTo: dateOf(to, Date.now()) };
  const count = (value: number, unit: string): Figure => ({ ...time, value, aggregation: 'count', unit });
  return {
    errors: count(numbers.errors, 'error'),
    collections: count(numbers.collections, 'collection'),
    processingTime: { ...time, value: numbers.processingTime, aggregation: 'average', unit: 'second' },
    granules: count(numbers.granules, 'granule'),
  };
}

/** Undefined where the counts may be wrong. */
async function keptNumbers({ counts }: Services): Promise<Numbers | undefined> {
  const kept = await keptCounts(counts, 'granule');
  if (kept === undefined) return undefined;
  const { total, byStatus, meanDuration = 0 } = kept;
  const collections = await listCollectionCounts({ ...counts, recordType: 'granule' });
  return {
    errors: byStatus['failed'] ?? 0,
    collections: collections.length,
    processingTime: meanDuration,
    granules: total,
  };
}

async function read(filters: readonly RecordFilter[], { models: { granules } }: Services): Promise<Numbers> {
  const records = await readMatching(granules, filters);
  const durations = records.flatMap(({ duration }) => (typeof duration === 'number' ? duration : []));
  const sum = durations.reduce((total, duration) => total + duration, 0);
  return {
    errors: records.filter(({ status }) => status === 'failed').length,
    collections: new Set(records.map(({ collectionId }) => collectionId)).size,
    processingTime: durations.length === 0 ? 0 : sum / durations.length,
    granules: records.length,
  };
}

function dateOf(milliseconds: string | undefined, otherwise: number): string {
  const date = new Date(milliseconds === undefined ? otherwise : Number(milliseconds));
  if (Number.isNaN(date.getTime())) throw bad('timestamp__from, timestamp__to', `takes a time, not "${milliseconds}"`);
  return date.toISOString();
}

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DamagedResponseError } from '../../aws/damaged-response.ts';
import { explainDynamoDBError } from '../../aws/dynamodb-errors.ts';
import { PageTrail } from '../../aws/page-trail.ts';
import { retryThrottled } from '../../aws/retry-policy.ts';
import { runWorkers } from '../../aws/workers.ts';
import type { KeySchema } from '../../tables/schema.ts';
import type { CapacityLimiter } from '../capacity-limiter.ts';
import { keyOf } from '../item-key.ts';
import { canonicalItem, type TypedItem } from '../typed-item.ts';
import type { CutBody } from './cut-items.ts';
import { PageBuffer } from './page-buffer.ts';
import { type ScannedPage, type ScanPageInput, scanPage } from './scan-page.ts';
import { SeenPages } from './seen-pages.ts';

/** Requests under way at once. More would not read faster from one client, and each takes memory for a page. */
export const DEFAULT_SCAN_CONCURRENCY = 8;

const NEWLINE = 0x0a;

const MEGABYTE = 1_000_000;
const MIN_SEGMENTS = 4;
const MAX_SEGMENTS = 1024;

/** Empty pages in a row that each name a next page. No table has so many; without a limit the scan might never end. */
const MAX_EMPTY_PAGES = 1_000;

/** Read capacity units that a page of 1 MB costs: one for 4 KB with consistent reads, half of it without. */
const PAGE_UNITS = { consistent: 256, eventual: 128 } as const;

/**
 * How many segments to cut a table into: about one for each page of 1 MB, by DynamoDB's estimate of the table's size.
 * DynamoDB Local gets slower with each page of a segment, so segments of one page suit it best. DynamoDB reads many
 * segments as fast as few, and an empty one costs half a read unit. A new table, whose size AWS does not know yet, gets
 * a few.
 *
 * @example
 * ```ts
 * import { defaultSegments } from '@cumulus/dynamodb/items';
 *
 * const segments = defaultSegments(441_000_000); // 441
 * ```
 */
export function defaultSegments(estimatedBytes: number): number {
  return Math.min(Math.max(Math.ceil(estimatedBytes / MEGABYTE), MIN_SEGMENTS), MAX_SEGMENTS);
}

/** Where a segment stands: at its start, after the item of a key, or at its end. */
export type SegmentPosition = 'start' | 'end' | TypedItem;

/** A page of a segment. */
export interface SegmentPage extends Pick<ScannedPage, 'lines' | 'count'> {
  readonly segment: number;
  /** Where the segment stands after this page. */
  readonly next: SegmentPosition;
}

export interface ScanSegmentsOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** Where to begin in each segment; their number is the number of segments. */
  readonly positions: readonly SegmentPosition[];
  /** Requests under way at once; {@link DEFAULT_SCAN_CONCURRENCY} unless given. */
  readonly concurrency?: number | undefined;
  /** Strongly consistent reads: each item as it is at the moment of its page, at twice the cost. */
  readonly consistent?: boolean | undefined;
  /**
   * How many items are expected, and the table's key. Where fewer come, each segment is asked once more whether it was at
   * its end: an answer that lost the key of the next page looks like the last one. That costs half a read unit a segment.
   */
  readonly expected?: { readonly items: number; readonly key: KeySchema } | undefined;
  /** The top-level attributes to return, with those of the key; all unless given. DynamoDB still reads and charges whole items. */
  readonly attributes?: readonly string[] | undefined;
  readonly limiter?: CapacityLimiter | undefined;
  readonly abortSignal?: AbortSignal | undefined;
  /**
   * Takes a page. Its lines are valid until the returned promise settles, and no further page of the segment is asked
   * for before, so that a slow taker slows the scan. Calls of several segments overlap.
   */
  readonly takePage: (page: SegmentPage) => Promise<void>;
}

/**
 * Scans a table by parallel segments and hands over each page's items as lines of typed JSON, bytes as DynamoDB sent
 * them. Memory is bounded by concurrency × page size, whatever the table's size, but for a few bytes a page. A page that
 * comes twice, or keys that repeat in a circle, mean damaged responses. The first failure ends the scan.
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { scanSegments } from '@cumulus/dynamodb/items';
 *
 * const client = createClient({ region: 'us-east-1' });
 * let items = 0;
 * await scanSegments({
 *   client,
 *   table: 'prod-GranulesTable',
 *   positions: ['start', 'start', 'start', 'start'],
 *   takePage: async ({ count }) => {
 *     items += count;
 *   },
 * });
 * ```
 */
export async function scanSegments(options: ScanSegmentsOptions): Promise<void> {
  const { positions, expected, concurrency = DEFAULT_SCAN_CONCURRENCY } = options;
  const seen = new SeenPages();
  let items = 0;
  const scan = async (froms: readonly SegmentPosition[]): Promise<readonly SegmentPosition[]> => {
    const ends = [...froms];
    let next = 0;
    await runWorkers(Math.min(concurrency, froms.length), options.abortSignal, async (abortSignal) => {
      const buffer = new PageBuffer();
      while (next < froms.length) {
        const segment = next++;
        const from = froms[segment] ?? 'end';
        const scanned = await scanSegment({ ...options, abortSignal, segment, from, seen, buffer });
        items += scanned.items;
        ends[segment] = scanned.lastAsked;
      }
    });
    return ends;
  };
  try {
    let ends = await scan(positions);
    for (let before = -1; expected !== undefined && items < expected.items && items > before; ) {
      before = items;
      ends = await scan(ends);
    }
  } catch (error) {
    throw await explainDynamoDBError(error, options.client, { action: 'Scan', table: options.table });
  }
}

interface ScanSegmentOptions extends ScanSegmentsOptions {
  readonly segment: number;
  readonly from: SegmentPosition;
  readonly seen: SeenPages;
  readonly buffer: PageBuffer;
}

/** @returns how many items came, and where the segment has to be asked again to see that it was at its end */
async function scanSegment(
  options: ScanSegmentOptions,
): Promise<{ readonly items: number; readonly lastAsked: SegmentPosition }> {
  const { client, table, positions, consistent = false, attributes, limiter, abortSignal, takePage } = options;
  const { segment, from, seen, buffer, expected } = options;
  const estimate = consistent ? PAGE_UNITS.consistent : PAGE_UNITS.eventual;
  const trail = new PageTrail<TypedItem>(`The scan of table ${table}`, canonicalItem);
  let position = from;
  let lastAsked = from;
  let items = 0;
  let emptyPages = 0;
  while (position !== 'end') {
    await limiter?.reserve(estimate, abortSignal);
    const input: ScanPageInput = {
      TableName: table,
      Segment: segment,
      TotalSegments: positions.length,
      ExclusiveStartKey: position === 'start' ? undefined : position,
      ConsistentRead: consistent || undefined,
      ReturnConsumedCapacity: limiter && 'TOTAL',
      ...(attributes && projection(attributes)),
    };
    const asked = seen.ask();
    const problemOf = (page: CutBody): string | undefined =>
      asked.cameBefore(page) ? 'it begins with an item that another page began with' : undefined;
    const page = await retryThrottled(() => scanPage(client, input, buffer, abortSignal, problemOf), abortSignal);
    limiter?.settle(estimate, page.consumedCapacityUnits ?? estimate);
    lastAsked = position;
    position = trail.step(page.lastEvaluatedKey) ?? 'end';
    items += page.count;
    emptyPages = page.count === 0 ? emptyPages + 1 : 0;
    if (emptyPages > MAX_EMPTY_PAGES) {
      throw new DamagedResponseError(`The scan of table ${table}`, `${MAX_EMPTY_PAGES} pages in a row had no items`);
    }
    if (position === 'end' && page.count > 0 && expected !== undefined) lastAsked = lastKey(page.lines, expected.key);
    await takePage({ lines: page.lines, count: page.count, segment, next: position });
  }
  return { items, lastAsked };
}

/** The key of a page's last item. */
function lastKey(lines: Uint8Array, key: KeySchema): TypedItem {
  const page = Buffer.from(lines.buffer, lines.byteOffset, lines.length);
  const start = page.lastIndexOf(NEWLINE, page.length - 2) + 1;
  return keyOf(JSON.parse(page.toString('utf8', start)) as TypedItem, key);
}

function projection(
  attributes: readonly string[],
): Pick<ScanPageInput, 'ProjectionExpression' | 'ExpressionAttributeNames'> {
  const names = attributes.map((attribute, index) => [`#a${index}`, attribute] as const);
  return {
    ProjectionExpression: names.map(([name]) => name).join(', '),
    ExpressionAttributeNames: Object.fromEntries(names),
  };
}

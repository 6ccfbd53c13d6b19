import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SerialQueue } from '../../aws/serial-queue.ts';
import type { TableDescription } from '../../tables/describe.ts';
import { CapacityLimiter } from '../capacity-limiter.ts';
import type { ItemProgress, ProgressListener } from '../progress.ts';
import type { TypedItem } from '../typed-item.ts';
import { defaultSegments, type SegmentPosition, scanSegments } from './scan-segments.ts';

const NEWLINE = 0x0a;

interface ScanOptions {
  readonly client: DynamoDBClient;
  readonly table: TableDescription;
  /** Scan requests under way at once. */
  readonly concurrency?: number | undefined;
  /** The most read capacity units to use in a second. */
  readonly maxReadUnits?: number | undefined;
  readonly abortSignal?: AbortSignal | undefined;
  /** The top-level attributes to return; all unless given. */
  readonly attributes?: readonly string[] | undefined;
  /** What the scan is for. */
  readonly phase: ItemProgress['phase'];
  readonly onProgress?: ProgressListener | undefined;
}

export interface ScanItemsOptions extends ScanOptions {
  /** Takes an item; calls do not overlap. */
  readonly takeItem: (item: TypedItem) => Promise<void> | undefined;
}

/**
 * Scans a table by parallel segments, with consistent reads, and hands over its items one after the other.
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { scanItems } from '@cumulus/dynamodb/items';
 * import { describeTable } from '@cumulus/dynamodb/tables';
 *
 * const client = createClient();
 * const table = await describeTable(client, 'prod-FilesTable');
 * await scanItems({ client, table, phase: 'comparing', takeItem: async ({ key }) => console.log(key) });
 * ```
 */
export async function scanItems({ takeItem, ...options }: ScanItemsOptions): Promise<void> {
  const queue = new SerialQueue({ stopOnError: true });
  const takeItems = async (page: Buffer): Promise<void> => {
    for (let start = 0; start < page.length; ) {
      const end = page.indexOf(NEWLINE, start);
      // A line at a time: the text of a whole page would be large enough to stay in memory until a full collection.
      const taken = takeItem(JSON.parse(page.toString('utf8', start, end)) as TypedItem);
      if (taken !== undefined) await taken;
      start = end + 1;
    }
  };
  await scanPages({ ...options, takePage: (page) => queue.run(() => takeItems(page)) });
}

export interface ScanPagesOptions extends ScanOptions {
  /**
   * Takes the items of a page as DynamoDB wrote them, as lines that each end with \n. They are valid until the returned promise
   * settles; calls overlap.
   */
  readonly takePage: (page: Buffer) => Promise<void>;
}

/** Like {@link scanItems}, with the items as DynamoDB wrote them, a page at a time. */
export async function scanPages(options: ScanPagesOptions): Promise<void> {
  const { client, table, concurrency, maxReadUnits, attributes, abortSignal, phase, onProgress, takePage } = options;
  let items = 0;
  let bytes = 0;
  await scanSegments({
    client,
    table: table.name,
    positions: Array<SegmentPosition>(defaultSegments(table.estimatedBytes)).fill('start'),
    concurrency,
    consistent: true,
    expected: { items: table.estimatedItems, key: table.schema.key },
    attributes,
    limiter: maxReadUnits === undefined ? undefined : new CapacityLimiter(maxReadUnits),
    abortSignal,
    takePage: async ({ lines, count }) => {
      await takePage(Buffer.from(lines.buffer, lines.byteOffset, lines.length));
      items += count;
      bytes += lines.length;
      onProgress?.({ phase, table: table.name, items, bytes, expectedItems: table.estimatedItems });
    },
  });
}

import { isAfter } from '@cumulus/dynamodb/streams';
import { changeOf, type StreamRecord } from './change.ts';
import type { CountedTable } from './counted-types.ts';
import { markRecountDue } from './counts-state.ts';
import { type CountsTable, UNCOUNTED } from './counts-table.ts';
import { EventSourceError } from './errors.ts';
import { MAX_ABSENCE } from './follow-counts.ts';
import { ShardFeed } from './shard-feed.ts';

/**
 * What Lambda hands to a function whose event source mapping of a DynamoDB stream has a tumbling window.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-windows.html
 */
export interface StreamEvent {
  readonly Records?: readonly (StreamRecord & { readonly eventSourceARN?: string | undefined })[];
  /** Only with a tumbling window. */
  readonly shardId?: string;
  /** Only with a tumbling window. */
  readonly eventSourceARN?: string;
}

/** What Lambda takes of a function with a tumbling window and `ReportBatchItemFailures`. */
export interface StreamEventResult {
  readonly state: Record<string, never>;
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

export interface CountsHandlerOptions extends CountsTable {
  readonly tables: readonly CountedTable[];
}

/**
 * Makes a Lambda handler that keeps the counts right, fed by event source mappings of the tables' streams. Each mapping
 * has to have
 *
 * - `TumblingWindowInSeconds` (any), because only then do events name their shard;
 * - `StartingPosition` TRIM_HORIZON, and neither `MaximumRetryAttempts` nor `MaximumRecordAgeInSeconds` (both -1), so that
 *   no change is left out;
 * - `ParallelizationFactor` 1, so that a shard's changes come in their order.
 *
 * A batch that fails is thrown as a whole: what of it was counted is not counted again when Lambda repeats it. Changes
 * that reach the handler a day late mark that a recount is due, because others may have been trimmed before them.
 * @throws EventSourceError, in the handler, for an event without a shard or of another table
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { createCountsHandler } from '@cumulus/models/counts';
 *
 * export const handler = createCountsHandler({
 *   client: createClient(),
 *   countsTable: 'prod-RecordCountsTable',
 *   tables: [{ recordType: 'granule', table: 'prod-GranulesTable' }],
 * });
 * ```
 */
export function createCountsHandler(options: CountsHandlerOptions): (event: StreamEvent) => Promise<StreamEventResult> {
  return async ({ Records = [], shardId, eventSourceARN = Records[0]?.eventSourceARN }) => {
    const done: StreamEventResult = { state: {}, batchItemFailures: [] };
    const { table, stream } = parseArn(eventSourceARN);
    const counted = options.tables.find((one) => one.table === table);
    if (counted === undefined) {
      throw new EventSourceError(`Table ${table} is none whose records are counted.`, [
        `Remove the event source mapping, or name the table; counted are ${options.tables.map((one) => one.table).join(', ')}.`,
      ]);
    }
    if (shardId === undefined) {
      throw new EventSourceError('The event does not name its shard.', [
        'Nothing was counted.',
        'Give the event source mapping a tumbling window (TumblingWindowInSeconds).',
      ]);
    }
    const { recordType } = counted;
    const feed = new ShardFeed({ ...options, recordType, shard: { stream, shard: shardId } });
    const changes = Records.map((record) => changeOf(recordType, record));
    if (changes.length === 0) return done;
    const { state, checkpoint } = await feed.load();
    const first = changes.find(({ sequenceNumber }) => isAfter(sequenceNumber, checkpoint?.position ?? 'start'));
    if (first !== undefined && state.generation !== UNCOUNTED && first.time < Date.now() - MAX_ABSENCE) {
      await markRecountDue(
        options,
        [recordType],
        'Changes came a day late; earlier ones may have been trimmed unread.',
      );
    }
    await feed.apply(changes);
    return done;
  };
}

/** arn:aws:dynamodb:us-east-1:123456789012:table/NAME/stream/LABEL */
function parseArn(arn: string | undefined): { readonly table: string; readonly stream: string } {
  const [, table, stream] = /:table\/([^/]+)\/stream\/(.+)$/.exec(arn ?? '') ?? [];
  if (table === undefined || stream === undefined) {
    throw new EventSourceError(`The event is of no table's stream (${arn ?? 'it names no source'}).`);
  }
  return { table, stream };
}

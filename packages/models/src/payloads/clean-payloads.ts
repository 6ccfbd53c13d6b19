import { CumulusError, InterruptedError, pagesOf } from '@cumulus/dynamodb/aws';
import { StoppedError } from '@cumulus/dynamodb/backup';
import { conditions, type PlainItem, scanPageOfItems } from '@cumulus/dynamodb/items';
import { describeTable } from '@cumulus/dynamodb/tables';
import {
  type CleanPayloadsOptions,
  type Counts,
  clean,
  cleanable,
  type PayloadsCleaned,
  REMOVED,
} from './clean-execution.ts';

/** Executions that are cleaned at the same time. */
const CONCURRENCY = 8;

/**
 * Removes the payloads of old executions, from their records and from S3; all else of the records stays, their `updatedAt`
 * too. An execution counts as old by its `updatedAt`, else by its `timestamp`; one with neither is never old. Only what is
 * still as it was read is changed.
 *
 * With them go the payloads of these executions that no record points to, since an event of another attempt, or a later one,
 * was recorded in their place; but not those written since `before`, whose recording may be going on.
 *
 * A record first loses its pointers, and notes what is to be removed; then the objects are removed, then the note. So a killed
 * run leaves no pointer without an object and no object without a pointer or a note: the next run finishes what is noted.
 *
 * It reads the whole table once, in pages, eventually consistent.
 *
 * @throws StoppedError that says how far it came, if S3 or DynamoDB refuses something; InterruptedError;
 *   TableNotFoundError, ConnectionError, AccessDeniedError, ThrottledError
 *
 * @example
 * ```ts
 * import { createClient, createS3Client } from '@cumulus/dynamodb/aws';
 * import { cleanPayloads, payloadPlace } from '@cumulus/models/payloads';
 *
 * const { cleaned, objects } = await cleanPayloads({
 *   client: createClient(),
 *   table: 'prod-ExecutionsTable',
 *   before: Date.now() - 90 * 86_400_000,
 *   statuses: ['completed'],
 *   place: payloadPlace('prod-internal', 'prod'),
 *   s3: async () => createS3Client(),
 *   dryRun: true,
 * });
 * ```
 */
export async function cleanPayloads(options: CleanPayloadsOptions): Promise<PayloadsCleaned> {
  const { client, table, abortSignal, onProgress } = options;
  const { estimatedItems } = await describeTable(client, table, abortSignal);
  const counts = { executions: 0, cleaned: 0, objects: 0, changed: 0, left: 0 };
  const filter = [conditions.anyOf(conditions.exists(REMOVED), conditions.allOf(...cleanable(options)))];
  try {
    const pages = pagesOf({
      what: `The scan of table ${table}`,
      ask: (after: PlainItem | undefined) => scanPageOfItems({ client, table, filter, after, abortSignal }),
      next: (page) => page.next,
      textOf: JSON.stringify,
    });
    for await (const page of pages) {
      for (let start = 0; start < page.items.length; start += CONCURRENCY) {
        abortSignal?.throwIfAborted();
        const cleaning = page.items.slice(start, start + CONCURRENCY).map((item) => clean(options, item, counts));
        // If one fails, the others are waited for.
        await Promise.allSettled(cleaning);
        await Promise.all(cleaning);
      }
      counts.executions += page.looked;
      onProgress?.({ phase: 'cleaning', table, items: counts.executions, bytes: 0, expectedItems: estimatedItems });
      abortSignal?.throwIfAborted();
    }
    return counts;
  } catch (error) {
    throw stopped(error, options, counts);
  }
}

function stopped(error: unknown, { table, dryRun, abortSignal }: CleanPayloadsOptions, { cleaned }: Counts): unknown {
  const done = dryRun ? 'nothing was changed' : `${cleaned} executions were cleaned`;
  const advice = ['Run it again: it goes on with what is left, and removes from S3 what is noted to be removed.'];
  if (abortSignal?.aborted)
    return new InterruptedError(`The cleaning of ${table} was interrupted; ${done}.`, advice, error);
  if (!(error instanceof CumulusError)) return error;
  return new StoppedError(`The cleaning of ${table} stopped; ${done}: ${error.message}`, advice, error);
}

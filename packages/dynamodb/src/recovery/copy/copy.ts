import { explainDynamoDBError } from '../../aws/dynamodb-errors.ts';
import { CumulusError, InterruptedError } from '../../aws/errors.ts';
import { forEachAtOnce, runWorkers } from '../../aws/workers.ts';
import { StoppedError } from '../../backup/errors.ts';
import { DEFAULT_WRITE_CONCURRENCY } from '../../backup/restore/options.ts';
import { MAX_BATCH_ITEMS } from '../../items/batch/write-items.ts';
import type { ProgressListener } from '../../items/progress.ts';
import { TableReplacedError } from '../../tables/errors.ts';
import { requireSameTable } from '../../tables/same-table.ts';
import type { ComparedTables } from './compare.ts';
import type { RememberedDifference } from './differences.ts';
import { type CopiedTables, TableRequests } from './table-requests.ts';

export interface CopyDifferencesOptions extends CopiedTables {
  /** Whether to delete what only the target has; true unless given. */
  readonly deleteItems?: boolean | undefined;
  /** Batches under way at once. */
  readonly concurrency?: number | undefined;
  readonly abortSignal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/** What a copy did to the target. */
export interface CopiedDifferences {
  /** Items added and changed, each acknowledged by DynamoDB. */
  readonly written: number;
  readonly deleted: number;
  /** Items of the target that somebody wrote or deleted since the comparison, and that were left alone. */
  readonly changedMeanwhile: number;
  /** Items that the source had at the comparison, and no longer has; the target's were left alone. */
  readonly goneMeanwhile: number;
  /** Items of the target that would have been deleted, but have come to the source since the comparison: they stay. */
  readonly cameMeanwhile: number;
}

/**
 * Brings the target to the state of the source by writing only what differs. Before each batch the items of both tables are
 * read again: what others wrote since the comparison is left alone, and counted. A write between that
 * reading and the batch is not noticed, so stop the writers first.
 *
 * It needs no checkpoint: when compared again, the tables differ only in what is left to do. Both tables have to be those
 * that were compared, before the first write and after the last.
 * @throws TableReplacedError; StoppedError, InterruptedError, both with how many items were done; RequestFailedError
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { compareTables, copyDifferences } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * const source = 'prod-GranulesTable-monday';
 * const compared = await compareTables({ client, source, target: 'prod-GranulesTable' });
 * try {
 *   const { written, deleted } = await copyDifferences({ client, compared, maxWriteUnits: 500 });
 *   console.log(written, deleted);
 * } finally {
 *   await compared.differences.close();
 * }
 * ```
 */
export async function copyDifferences(options: CopyDifferencesOptions): Promise<CopiedDifferences> {
  const {
    client,
    compared,
    deleteItems = true,
    concurrency = DEFAULT_WRITE_CONCURRENCY,
    abortSignal,
    onProgress,
  } = options;
  const { source, target, differences } = compared;
  const { additions, changes, deletions } = differences.counts;
  const expectedItems = additions + changes + (deleteItems ? deletions : 0);
  const done = { written: 0, deleted: 0, changedMeanwhile: 0, goneMeanwhile: 0, cameMeanwhile: 0 };
  let items = 0;
  let bytes = 0;
  const tables = new TableRequests(options);
  const batches = batchesOf(compared, deleteItems);
  const work = async (signal: AbortSignal): Promise<void> => {
    for (let next = await batches.next(); !next.done; next = await batches.next()) {
      const { deletes, differing } = next.value;
      const { untouched, inSource } = await tables.readAgain(differing, signal);
      done.changedMeanwhile += differing.length - untouched.length;
      if (deletes) {
        const missing = untouched.filter(({ canonicalKey }) => !inSource.has(canonicalKey));
        done.cameMeanwhile += untouched.length - missing.length;
        await tables.delete(missing, signal);
        done.deleted += missing.length;
      } else {
        const texts = untouched.flatMap(({ canonicalKey }) => inSource.get(canonicalKey) ?? []);
        done.goneMeanwhile += untouched.length - texts.length;
        await tables.write(texts, signal, (size) => {
          done.written += 1;
          bytes += size;
        });
      }
      items += differing.length;
      onProgress?.({ phase: 'copying', table: target.name, items, bytes, expectedItems });
    }
  };
  const checkTables = async (when: string, advice: readonly string[]): Promise<void> => {
    await forEachAtOnce([source, target], 2, abortSignal, (table) =>
      requireSameTable(client, table, when, advice, abortSignal),
    );
  };
  await checkTables('after it was compared', ['Nothing was written.', ADVICE_WHEN_REPLACED]);
  try {
    try {
      await runWorkers(concurrency, abortSignal, work);
    } finally {
      // After a failure it would keep what it reads open.
      await batches.return();
    }
    await checkTables('during the copy', [
      `${done.written} items were written and ${done.deleted} deleted, perhaps not all of them in the table that is there now.`,
      ADVICE_WHEN_REPLACED,
    ]);
    return done;
  } catch (error) {
    if (error instanceof TableReplacedError) throw error;
    const explained = await explainDynamoDBError(error, client, { action: 'BatchWriteItem', table: target.name });
    if (!(explained instanceof CumulusError)) throw explained;
    const ErrorClass = explained instanceof InterruptedError ? InterruptedError : StoppedError;
    throw new ErrorClass(
      `The copy from ${source.name} to ${target.name} stopped after ${done.written} items written and ` +
        `${done.deleted} deleted: ${explained.message}`,
      ['Copy again: only what still differs is left to do.'],
      explained,
      'continue',
    );
  }
}

const ADVICE_WHEN_REPLACED = 'Look at both tables, then start again by comparing them.';

/** Differences of one batch: items to write, or items to delete. */
interface Batch {
  readonly deletes: boolean;
  readonly differing: readonly RememberedDifference[];
}

async function* batchesOf({ differences }: ComparedTables, deleteItems: boolean): AsyncGenerator<Batch, void> {
  let writes: RememberedDifference[] = [];
  let deletes: RememberedDifference[] = [];
  for await (const difference of differences.all()) {
    if (difference.kind === 'deletion') {
      if (deleteItems) deletes.push(difference);
    } else {
      writes.push(difference);
    }
    if (writes.length === MAX_BATCH_ITEMS) {
      yield { deletes: false, differing: writes };
      writes = [];
    }
    if (deletes.length === MAX_BATCH_ITEMS) {
      yield { deletes: true, differing: deletes };
      deletes = [];
    }
  }
  if (writes.length > 0) yield { deletes: false, differing: writes };
  if (deletes.length > 0) yield { deletes: true, differing: deletes };
}

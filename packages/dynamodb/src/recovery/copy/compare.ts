import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { explainDynamoDBError } from '../../aws/dynamodb-errors.ts';
import { runTogether } from '../../aws/workers.ts';
import { scanNotes } from '../../backup/compare/scan-notes.ts';
import { keyRules } from '../../items/item-key.ts';
import type { ProgressListener } from '../../items/progress.ts';
import { describeTable, type TableDescription } from '../../tables/describe.ts';
import { KeySchemaMismatchError, TableNotActiveError } from '../../tables/errors.ts';
import { describeSettings } from '../../tables/later-settings.ts';
import { recordsOf } from '../../tables/records-of.ts';
import { requireSameTable } from '../../tables/same-table.ts';
import { describeKey, sameKey } from '../../tables/schema.ts';
import { TableDifferences } from './differences.ts';

export interface CompareTablesOptions {
  readonly client: DynamoDBClient;
  /** The table whose state is wanted. */
  readonly source: string;
  /** The table that gets it. */
  readonly target: string;
  /** Scan requests under way at once. */
  readonly concurrency?: number | undefined;
  /** The most read capacity units to use in a second; the tables are read one after the other. */
  readonly maxReadUnits?: number | undefined;
  /**
   * Whether a second thread of the process digests the items of the tables; unless given it does on four or more processors, for a
   * table of more than 8 MB. The result is the same. Where no thread can be started, the first one does it.
   */
  readonly secondThread?: boolean | undefined;
  readonly abortSignal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/** Two tables that were compared. */
export interface ComparedTables {
  readonly source: TableDescription;
  readonly target: TableDescription;
  /** Whether point-in-time recovery could undo a change of the target; undefined where that could not be found out. */
  readonly targetProtected?: boolean | undefined;
  /** Close them when they are no longer needed: they are in temporary files. */
  readonly differences: TableDifferences;
}

/**
 * Compares two tables of the same key by value, in bounded memory, and finds the items that would have to be added,
 * changed and deleted in the target for it to hold what the source holds. It changes nothing.
 * @throws TableNotFoundError, TableNotActiveError, TableReplacedError; KeySchemaMismatchError if the keys differ, or the tables are of
 *   different records of Cumulus, or the target's indexes would refuse items; ConnectionError, AccessDeniedError, ThrottledError, FileError, InterruptedError
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { compareTables } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * const source = 'prod-GranulesTable-monday';
 * const { differences } = await compareTables({ client, source, target: 'prod-GranulesTable' });
 * console.log(differences.counts);
 * await differences.close();
 * ```
 */
export async function compareTables(options: CompareTablesOptions): Promise<ComparedTables> {
  const { client, concurrency, maxReadUnits, secondThread, abortSignal, onProgress } = options;
  const source = await describeActive(client, options.source, abortSignal);
  const target = await describeActive(client, options.target, abortSignal);
  if (!sameKey(source.schema.key, target.schema.key)) {
    throw new KeySchemaMismatchError(
      `The key of ${source.name} is ${describeKey(source.schema.key)}, that of ${target.name} is ` +
        `${describeKey(target.schema.key)}.`,
      ['Nothing was written.', 'Name two tables of the same key.'],
    );
  }
  const [from, to] = [recordsOf(source), recordsOf(target)];
  if (from !== undefined && to !== undefined && from !== to) {
    throw new KeySchemaMismatchError(`${source.name} has records of the ${from}, ${target.name} is the ${to}.`, [
      'Nothing was written.',
      'Name two tables of the same records.',
    ]);
  }
  const { ttlAttribute, pointInTimeRecovery } = await describeSettings(client, target);
  const differences = await TableDifferences.create(source, target);
  try {
    await scanNotes({
      client,
      // The target last: the less time goes by until it is written.
      tables: [
        { table: source, side: 'L' },
        { table: target, side: 'R' },
      ],
      notes: { key: target.schema.key, rules: keyRules(target.schema), ttlAttribute },
      takeNotes: (notes) => differences.remember(notes),
      concurrency,
      maxReadUnits,
      secondThread,
      abortSignal,
      onProgress,
    });
    const check = (table: TableDescription) => (signal: AbortSignal) =>
      requireSameTable(client, table, 'while the tables were compared', ADVICE_WHEN_REPLACED, signal);
    // At once: while DynamoDB describes the tables, there is time to count.
    await runTogether([check(source), check(target), () => differences.count()], abortSignal);
    return {
      source,
      target,
      targetProtected: pointInTimeRecovery,
      differences,
    };
  } catch (error) {
    await differences.close();
    throw await explainDynamoDBError(error, client, { action: 'Scan', table: source.name });
  }
}

const ADVICE_WHEN_REPLACED = ['Nothing was written.', 'Look at both tables, then start again.'];

async function describeActive(
  client: DynamoDBClient,
  table: string,
  abortSignal: AbortSignal | undefined,
): Promise<TableDescription> {
  const description = await describeTable(client, table, abortSignal);
  const { status, restoredFrom } = description;
  const isRestoring = restoredFrom?.inProgress === true;
  if (!isRestoring && (status === 'ACTIVE' || status === 'UPDATING')) return description;
  throw new TableNotActiveError(`Table ${table} is ${isRestoring ? 'still being restored' : status}.`, [
    'Nothing was written.',
    'Wait until it is ACTIVE, then start again.',
  ]);
}

import type { DynamoDBClient, ImportTableDescription } from '@aws-sdk/client-dynamodb';
import { findTable } from '../../tables/describe.ts';
import { ImportFailedError } from '../errors.ts';
import { type FinishOptions, finishWork, type Started } from '../long-work.ts';
import { finishTable, type RestoredTable } from '../settings/finish-table.ts';
import { adviceOnFailure } from '../transfer-errors.ts';
import { describeErrors, describeImport, describeState } from './describe.ts';
import type { PlannedImport } from './plan.ts';

/** What an import has written, and the settings that the table got. */
export interface FinishedImport extends RestoredTable {
  readonly importArn: string;
  readonly items: number;
  /** What AWS charges for: the data read, uncompressed, in bytes. */
  readonly processedBytes?: number | undefined;
}

/**
 * Waits until an import has ended, and compares what it wrote with the export's manifest. Then gives the table the
 * settings that an import does not: time to live, recovery, stream, tags.
 * @throws ImportFailedError, with DynamoDB's own code and words, or if not every item of the export was written
 * @throws InterruptedError, StoppedError, both with `options.advice`; AccessDeniedError
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { finishImport, type PlannedImport, startImport } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * declare const planned: PlannedImport;
 * const started = await startImport(client, planned);
 * const { items, arn } = await finishImport(client, started, { advice: ['Run this script again.'] });
 * ```
 */
export async function finishImport(
  client: DynamoDBClient,
  { started, table, exported, settings }: Started<PlannedImport>,
  options: FinishOptions,
): Promise<FinishedImport> {
  const { advice, abortSignal } = options;
  const ended = await finishWork(
    {
      name: `the import to ${table}`,
      describe: () => describeImport(client, table, started, abortSignal),
      isOver: ({ ImportStatus }) => ImportStatus !== 'IN_PROGRESS' && ImportStatus !== 'CANCELLING',
      stateOf: describeState,
    },
    { ...options, advice: ['The import goes on inside AWS.', ...advice] },
  );
  const { ImportStatus, ImportedItemCount: items = 0, ErrorCount = 0, ProcessedSizeBytes } = ended;
  if (ImportStatus !== 'COMPLETED') throw await failed(client, table, ended, abortSignal);
  if (items !== exported.itemCount || ErrorCount > 0) {
    throw new ImportFailedError(
      `The import to ${table} wrote ${items} of the ${exported.itemCount} items of ${exported.folder}; ` +
        `DynamoDB counts ${describeErrors(ErrorCount)}.`,
      [
        `Table ${table} stays as it is, without its settings; the export was only read.`,
        whereErrorsAre(ended),
        'Then add what is missing: restore the export to this table, without the items that exist.',
      ],
      { incompleteTable: table },
    );
  }
  const given = await finishTable(client, { target: table, settings }, options);
  return { ...given, importArn: started, items, processedBytes: ProcessedSizeBytes };
}

async function failed(
  client: DynamoDBClient,
  table: string,
  { ImportArn, ImportStatus = 'FAILED', FailureCode = ImportStatus, ...description }: ImportTableDescription,
  abortSignal: AbortSignal | undefined,
): Promise<ImportFailedError> {
  const { FailureMessage = 'DynamoDB does not say why.', ErrorCount = 0, S3BucketSource: source } = description;
  const left = await findTable(client, table, abortSignal).catch(() => undefined);
  return new ImportFailedError(
    `The import to ${table} ${ImportStatus === 'CANCELLED' ? 'was cancelled' : 'failed'} (${FailureCode}): ` +
      `${FailureMessage}${/[.!]$/.test(FailureMessage) ? '' : '.'} DynamoDB counts ${describeErrors(ErrorCount)}. It was ${ImportArn}.`,
    [
      left === undefined
        ? `There is no table ${table}; the export was only read.`
        : `Table ${table} is ${left.status}, and not whole: delete it before you use its name again. The export was only read.`,
      whereErrorsAre(description),
      ...adviceOnFailure(FailureCode, 'import', source?.S3Bucket),
    ],
    { failureCode: FailureCode },
  );
}

function whereErrorsAre({ CloudWatchLogGroupArn: group }: ImportTableDescription): string {
  return group === undefined
    ? 'DynamoDB logs what it could not read to CloudWatch Logs, in the group /aws-dynamodb/imports.'
    : `DynamoDB logged what it could not read to CloudWatch Logs, in ${group}.`;
}

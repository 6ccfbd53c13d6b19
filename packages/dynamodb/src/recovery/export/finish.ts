import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type ExportDescription, readExport } from '../../backup/read/export-manifest.ts';
import { verifyBackup } from '../../backup/verify.ts';
import type { Progress } from '../../items/progress.ts';
import type { S3Access } from '../../storage/open-storage.ts';
import { formatS3Url } from '../../storage/s3/url.ts';
import { tableOfArn } from '../../tables/table-names.ts';
import { ExportFailedError } from '../errors.ts';
import { type FinishOptions, finishWork } from '../long-work.ts';
import { adviceOnFailure } from '../transfer-errors.ts';
import { describeExport, type TableExport } from './describe.ts';

export interface FinishExportOptions extends FinishOptions<Progress> {
  /** How to reach S3; with the usual settings unless given. */
  readonly s3?: S3Access | undefined;
  /** Whether every data file is also read, and proved by its checksum. */
  readonly verify?: boolean | undefined;
}

/** An export whose files are in S3, and were proved. */
export interface FinishedExport extends TableExport {
  readonly time: Date;
  readonly itemCount: number;
  /** How many data files there are. */
  readonly files: number;
  /** Whether each of them was read and matches its checksum; else only the manifests were checked. */
  readonly verified: boolean;
}

/**
 * Waits until an export has ended, and proves what it wrote by its manifests.
 * @param started the export, or its ARN alone
 * @throws ExportFailedError, with DynamoDB's own code and words, or if the manifests contradict it
 * @throws CorruptBackupError, ManifestError if a manifest is missing or altered; AccessDeniedError; InterruptedError,
 *   StoppedError, both with `options.advice`
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { finishExport } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * declare const arn: string;
 * const { folder, itemCount } = await finishExport(client, { arn }, { verify: true, advice: ['Run this script again.'] });
 * ```
 */
export async function finishExport(
  client: DynamoDBClient,
  { arn }: Pick<TableExport, 'arn'>,
  options: FinishExportOptions,
): Promise<FinishedExport> {
  const { s3, verify = false, abortSignal, onProgress } = options;
  const { ended, description } = await waitForExport(client, arn, options);
  if (verify) await verifyBackup({ file: ended.folder, s3, abortSignal, onProgress });
  const { exportTime: time, itemCount, files } = description;
  return { ...ended, time, itemCount, files: files.length, verified: verify };
}

/** An export that is complete, with what its manifests say. */
export interface CompleteExport {
  readonly ended: TableExport;
  readonly description: ExportDescription;
}

/** Waits until an export has ended, and reads its manifests. */
export async function waitForExport(
  client: DynamoDBClient,
  arn: string,
  { s3, advice, abortSignal, onProgress }: FinishOptions & Pick<FinishExportOptions, 's3'>,
): Promise<CompleteExport> {
  const ended = await finishWork(
    {
      name: `the export of ${tableOfArn(arn)}`,
      describe: () => describeExport(client, arn, abortSignal),
      isOver: ({ status }) => status !== 'IN_PROGRESS',
      stateOf: ({ status }) => status,
    },
    { advice: ['The export goes on inside AWS.', ...advice], abortSignal, onProgress },
  );
  requireCompleted(ended);
  const description = await readExport(ended.folder, { s3 });
  const { exportArn, itemCount } = description;
  if (ended.itemCount !== undefined && ended.itemCount !== itemCount) {
    throw new ExportFailedError(
      `${ended.folder} holds ${itemCount} items by its manifests, DynamoDB says ${ended.itemCount} of ${arn}.`,
      ['The table was only read.', 'Export it again, to another prefix.'],
    );
  }
  if (exportArn !== arn) {
    throw new ExportFailedError(`${ended.folder} is of another export, ${exportArn}, not ${arn}.`, [
      'The table was only read.',
      'Export it again, to a prefix that nothing else writes to.',
    ]);
  }
  return { ended, description };
}

function requireCompleted({ status, table, arn, failureCode, failureMessage, destination }: TableExport): void {
  if (status === 'COMPLETED') return;
  const code = failureCode ?? status;
  const url = formatS3Url({ bucket: destination.bucket, key: destination.prefix });
  throw new ExportFailedError(
    `The export of table ${table} to ${url} failed (${code}): ${failureMessage ?? 'DynamoDB does not say why.'}`,
    [
      `The table was only read; what is in the export’s folder is not whole. It was ${arn}.`,
      ...adviceOnFailure(code, 'export', destination.bucket),
    ],
    undefined,
    code,
  );
}

import { createHash } from 'node:crypto';
import {
  DescribeExportCommand,
  type DynamoDBClient,
  type ExportDescription,
  ExportNotFoundException,
  ExportTableToPointInTimeCommand,
  paginateListExports,
} from '@aws-sdk/client-dynamodb';
import { demandEvidence } from '../../aws/answer-evidence.ts';
import { explainAwsError } from '../../aws/aws-errors.ts';
import { PageTrail } from '../../aws/page-trail.ts';
import { readExport } from '../../backup/export-manifest.ts';
import { verifyBackup } from '../../backup/verify.ts';
import type { Progress, ProgressListener } from '../../items/progress.ts';
import type { S3Access } from '../../storage/folder.ts';
import { formatS3Url, parseS3Url } from '../../storage/s3-url.ts';
import { tableOfArn } from '../../tables/table-arn.ts';
import { ExportFailedError, TimeOutsideWindowError } from '../errors.ts';
import { adviceOnFailure, explainTransferError } from '../transfer-errors.ts';
import { waitUntil } from '../wait-until.ts';
import { zonedTime } from '../zoned-time.ts';

/** Where an export goes, and as whose. */
export interface ExportDestination {
  readonly bucket: string;
  /** Without slashes at its ends; empty for none. */
  readonly prefix: string;
  /** The account of the bucket, where that is another one. */
  readonly bucketOwner?: string | undefined;
  /** The KMS key that the files are encrypted by; else S3's own. */
  readonly kmsKeyId?: string | undefined;
}

/** Reads `s3://BUCKET/PREFIX`. @throws StorageError if it is no place in S3 */
export function parseDestination(url: string): Pick<ExportDestination, 'bucket' | 'prefix'> {
  const { bucket, key } = parseS3Url(url);
  return { bucket, prefix: key.replace(/^\/+|\/+$/g, '') };
}

/** An export as DynamoDB describes it. */
export interface TableExport {
  readonly arn: string;
  /** The physical name of the table. */
  readonly table: string;
  readonly status: string;
  /** The instant that it is of; undefined where DynamoDB does not tell it. */
  readonly time?: Date | undefined;
  readonly destination: ExportDestination;
  /** Where its manifests and data are, or will be: `s3://BUCKET/PREFIX/AWSDynamoDB/<id>`. */
  readonly folder: string;
  /** Once it has ended well. */
  readonly itemCount?: number | undefined;
  /** What AWS charges for: the size of the table at that instant, in bytes. */
  readonly billedBytes?: number | undefined;
  readonly failureCode?: string | undefined;
  readonly failureMessage?: string | undefined;
}

/** The exports of a table that DynamoDB knows of, which are those of the last 90 days. */
export interface KnownExports {
  /** Under way, or ended well, as they were asked for. */
  readonly exports: readonly TableExport[];
  /** How many failed. */
  readonly failures: number;
}

export interface FindExportsOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly tableArn: string;
  /** Only those that go here. */
  readonly destination: ExportDestination;
  /** Also those that have ended; else only those under way. */
  readonly ended: boolean;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * Looks for exports of a table to one destination.
 * @throws AccessDeniedError, which names the action that is not permitted
 */
export async function findExports(options: FindExportsOptions): Promise<KnownExports> {
  const { client, table, tableArn, destination, ended, abortSignal } = options;
  const arns: string[] = [];
  let failures = 0;
  try {
    const pages = paginateListExports(
      { client: demandEvidence(client) },
      { TableArn: tableArn },
      abortSignal === undefined ? {} : { abortSignal },
    );
    const trail = new PageTrail<string>(`The list of exports of ${table}`);
    for await (const { ExportSummaries = [], NextToken } of pages) {
      trail.step(NextToken);
      for (const { ExportArn, ExportStatus, ExportType = 'FULL_EXPORT' } of ExportSummaries) {
        if (ExportStatus === 'FAILED') failures += 1;
        const wanted = ExportStatus === 'IN_PROGRESS' || (ended && ExportStatus === 'COMPLETED');
        if (wanted && ExportType === 'FULL_EXPORT' && ExportArn !== undefined) arns.push(ExportArn);
      }
    }
  } catch (error) {
    throw await explainAwsError(error, client, { action: 'ListExports', table });
  }
  const exports: TableExport[] = [];
  for (const arn of arns) {
    const known = await describeExport(client, arn, abortSignal);
    const { bucket, prefix } = known.destination;
    // It may have ended since it was listed.
    if (known.status === 'FAILED') failures += 1;
    else if (bucket === destination.bucket && prefix === destination.prefix) exports.push(known);
  }
  return { exports, failures };
}

/**
 * Asks how an export stands.
 * @throws ExportFailedError if there is none of this ARN; AccessDeniedError
 */
export async function describeExport(
  client: DynamoDBClient,
  arn: string,
  abortSignal?: AbortSignal,
): Promise<TableExport> {
  try {
    const { ExportDescription: description = {} } = await demandEvidence(client).send(
      new DescribeExportCommand({ ExportArn: arn }),
      abortSignal === undefined ? {} : { abortSignal },
    );
    return fromSdk(arn, description);
  } catch (error) {
    if (error instanceof ExportNotFoundException) {
      throw new ExportFailedError(
        `There is no export ${arn}.`,
        ['Check the ARN and --region; DynamoDB forgets an export after 90 days, its files stay.'],
        error,
      );
    }
    throw await explainAwsError(error, client, { action: 'DescribeExport', table: tableOfArn(arn) });
  }
}

export interface StartExportOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly tableArn: string;
  /** In whole seconds, within the table's window. */
  readonly time: Date;
  readonly destination: ExportDestination;
  /** How many exports of the table failed before, so that this is not taken for one of them. */
  readonly failures: number;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * Tells DynamoDB to export a table as it was at an instant. Asked again for the same, within eight hours, DynamoDB tells
 * of the first export, and begins no second one.
 * @throws NotProtectedError; TimeOutsideWindowError; AccessDeniedError; StorageError
 */
export async function startExport(options: StartExportOptions): Promise<TableExport> {
  const { client, table, tableArn, time, destination, abortSignal } = options;
  const { bucket, prefix, bucketOwner, kmsKeyId } = destination;
  try {
    const { ExportDescription: description = {} } = await demandEvidence(client).send(
      new ExportTableToPointInTimeCommand({
        TableArn: tableArn,
        ExportTime: time,
        ExportFormat: 'DYNAMODB_JSON',
        ExportType: 'FULL_EXPORT',
        ClientToken: tokenOf(options),
        S3Bucket: bucket,
        ...(prefix === '' ? {} : { S3Prefix: prefix }),
        ...(bucketOwner === undefined ? {} : { S3BucketOwner: bucketOwner }),
        ...(kmsKeyId === undefined ? {} : { S3SseAlgorithm: 'KMS', S3SseKmsKeyId: kmsKeyId }),
      }),
      abortSignal === undefined ? {} : { abortSignal },
    );
    return fromSdk(description.ExportArn ?? '', description);
  } catch (error) {
    if ((error as Error).name === 'InvalidExportTimeException') {
      throw new TimeOutsideWindowError(
        `DynamoDB cannot export table ${table} as it was at ${zonedTime(time)}: ${(error as Error).message}`,
        ['Nothing was exported.', `Look at the window by: cumulus-api pitr status --table ${table}`],
        error,
      );
    }
    throw await explainTransferError(error, client, { action: 'ExportTableToPointInTime', table });
  }
}

export interface FinishExportOptions {
  readonly client: DynamoDBClient;
  /** How to ask S3; with the usual settings unless given. */
  readonly s3?: S3Access | undefined;
  readonly arn: string;
  /** Also read every data file, and prove it by its checksum. */
  readonly verify?: boolean | undefined;
  /** How to have it finished if this is stopped, a sentence each. */
  readonly advice: readonly string[];
  readonly abortSignal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener<Progress> | undefined;
}

/** An export whose files are in S3, and were proved. */
export interface FinishedExport extends TableExport {
  readonly time: Date;
  readonly itemCount: number;
  /** How many data files there are. */
  readonly files: number;
  /** Whether each of them was read, and is what its checksum says; else only the manifests were. */
  readonly verified: boolean;
}

/**
 * Waits until an export has ended, and proves what it wrote by its manifests.
 * @throws ExportFailedError, with DynamoDB's own code and words, or if the manifests do not tell the same
 * @throws CorruptBackupError, ManifestError if a manifest is missing or altered; AccessDeniedError; InterruptedError
 */
export async function finishExport(options: FinishExportOptions): Promise<FinishedExport> {
  const { client, arn, s3, verify = false, advice, abortSignal, onProgress } = options;
  const known = await waitUntil({
    table: `the export of ${tableOfArn(arn)}`,
    look: () => describeExport(client, arn, abortSignal),
    isOver: ({ status }) => status !== 'IN_PROGRESS',
    stateOf: ({ status }) => status,
    advice: ['The export goes on inside AWS.', ...advice],
    abortSignal,
    onProgress,
  });
  requireCompleted(known);
  const { exportArn, itemCount, exportTime, files } = await readExport(known.folder, { s3 });
  if (known.itemCount !== undefined && known.itemCount !== itemCount) {
    throw new ExportFailedError(
      `${known.folder} holds ${itemCount} items by its manifests, DynamoDB tells ${known.itemCount} of ${arn}.`,
      ['The table was only read.', 'Export it anew, to another prefix.'],
    );
  }
  if (exportArn !== arn) {
    throw new ExportFailedError(`${known.folder} is of another export, ${exportArn}, not ${arn}.`, [
      'The table was only read.',
      'Export it anew, to a prefix that nothing else writes to.',
    ]);
  }
  if (verify) await verifyBackup({ file: known.folder, s3, abortSignal, onProgress });
  return { ...known, time: exportTime, itemCount, files: files.length, verified: verify };
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
  );
}

/** The same for the same request, so that one whose answer was lost is not carried out twice. */
function tokenOf({ tableArn, time, destination, failures }: StartExportOptions): string {
  const { bucket, prefix, bucketOwner, kmsKeyId } = destination;
  const parts = [tableArn, time.toISOString(), bucket, prefix, bucketOwner, kmsKeyId, failures];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 36);
}

function fromSdk(arn: string, description: ExportDescription): TableExport {
  const { S3Bucket: bucket = '', S3BucketOwner, S3SseKmsKeyId, ExportManifest } = description;
  const prefix = (description.S3Prefix ?? '').replace(/^\/+|\/+$/g, '');
  const id = arn.slice(arn.lastIndexOf('/') + 1);
  const key = ExportManifest?.replace(/\/[^/]*$/, '') ?? [prefix, 'AWSDynamoDB', id].filter(Boolean).join('/');
  return {
    arn,
    table: tableOfArn(description.TableArn ?? arn),
    status: description.ExportStatus ?? 'IN_PROGRESS',
    time: description.ExportTime,
    destination: { bucket, prefix, bucketOwner: S3BucketOwner, kmsKeyId: S3SseKmsKeyId },
    folder: formatS3Url({ bucket, key }),
    itemCount: description.ItemCount,
    billedBytes: description.BilledSizeBytes,
    failureCode: description.FailureCode,
    failureMessage: description.FailureMessage,
  };
}

import {
  DescribeExportCommand,
  type DynamoDBClient,
  type ExportDescription,
  ExportNotFoundException,
} from '@aws-sdk/client-dynamodb';
import { explainDynamoDBError } from '../../aws/dynamodb-errors.ts';
import { send } from '../../aws/send.ts';
import { formatS3Url } from '../../storage/s3/url.ts';
import { tableOfArn } from '../../tables/table-names.ts';
import { ExportFailedError } from '../errors.ts';
import { type ExportDestination, trimSlashes } from './destination.ts';

/** An export as DynamoDB describes it. */
export interface TableExport {
  readonly arn: string;
  /** The physical name of the table. */
  readonly table: string;
  /** `IN_PROGRESS`, `COMPLETED` or `FAILED`. */
  readonly status: string;
  /** The instant of its items; of changes, the one before which they are. Undefined where DynamoDB does not say. */
  readonly time?: Date | undefined;
  /** Of an incremental export, the instant from which on it has the changes. */
  readonly changesSince?: Date | undefined;
  /** DynamoDB's identity of the table; undefined where DynamoDB does not say. */
  readonly tableId?: string | undefined;
  readonly destination: ExportDestination;
  /** Where its manifests and data are, or will be: `s3://BUCKET/PREFIX/AWSDynamoDB/<id>`. */
  readonly folder: string;
  /** Once it is completed. */
  readonly itemCount?: number | undefined;
  /** What AWS charges for: the size of the table at that instant, in bytes. */
  readonly billedBytes?: number | undefined;
  readonly failureCode?: string | undefined;
  readonly failureMessage?: string | undefined;
}

/**
 * Asks DynamoDB about an export.
 * @throws ExportFailedError if there is none of this ARN; AccessDeniedError
 */
export async function describeExport(
  client: DynamoDBClient,
  arn: string,
  abortSignal?: AbortSignal,
): Promise<TableExport> {
  try {
    const command = new DescribeExportCommand({ ExportArn: arn });
    const { ExportDescription: said = {} } = await send(client, command, abortSignal);
    return exportFrom({ ExportArn: arn, ...said });
  } catch (error) {
    if (error instanceof ExportNotFoundException) {
      throw new ExportFailedError(
        `There is no export ${arn}.`,
        ['Check the ARN and the region; DynamoDB forgets an export after 90 days, its files stay.'],
        error,
        error.name,
      );
    }
    throw await explainDynamoDBError(error, client, { action: 'DescribeExport', table: tableOfArn(arn) });
  }
}

/** Reads an export out of DynamoDB's description of it. */
export function exportFrom(description: ExportDescription): TableExport {
  const { ExportArn: arn = '', S3Bucket: bucket = '', S3Prefix = '', ExportManifest } = description;
  const window =
    description.ExportType === 'INCREMENTAL_EXPORT' ? description.IncrementalExportSpecification : undefined;
  const prefix = trimSlashes(S3Prefix);
  const id = arn.slice(arn.lastIndexOf('/') + 1);
  const key = ExportManifest?.replace(/\/[^/]*$/, '') ?? [prefix, 'AWSDynamoDB', id].filter(Boolean).join('/');
  return {
    arn,
    table: tableOfArn(description.TableArn ?? arn),
    status: description.ExportStatus ?? 'IN_PROGRESS',
    time: window?.ExportToTime ?? description.ExportTime,
    changesSince: window?.ExportFromTime,
    tableId: description.TableId,
    destination: { bucket, prefix, bucketOwner: description.S3BucketOwner, kmsKeyId: description.S3SseKmsKeyId },
    folder: formatS3Url({ bucket, key }),
    itemCount: description.ItemCount,
    billedBytes: description.BilledSizeBytes,
    failureCode: description.FailureCode,
    failureMessage: description.FailureMessage,
  };
}

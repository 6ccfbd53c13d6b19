import { createHash } from 'node:crypto';
import {
  type DynamoDBClient,
  ExportTableToPointInTimeCommand,
  type ExportTableToPointInTimeCommandInput,
} from '@aws-sdk/client-dynamodb';
import { send } from '../../aws/send.ts';
import { zonedTime } from '../../aws/zoned-time.ts';
import { TimeOutsideWindowError } from '../errors.ts';
import { startWork } from '../long-work.ts';
import { explainTransferError, isPassingRefusal } from '../transfer-errors.ts';
import { exportFrom, type TableExport } from './describe.ts';
import type { PlannedExport } from './plan.ts';

/**
 * Starts the export of a table as it was at an instant, or of its changes, unless an earlier call started it. DynamoDB answers the same
 * request, within eight hours, with the first export, and starts no second one.
 * @throws NotProtectedError; TimeOutsideWindowError; AccessDeniedError, also if S3 refuses; StorageError if there is no
 *   such bucket; RequestFailedError, ConnectionError, InterruptedError
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { type PlannedExport, startExport } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * declare const planned: PlannedExport;
 * const { arn, folder } = await startExport(client, planned);
 * ```
 */
export async function startExport(
  client: DynamoDBClient,
  planned: PlannedExport,
  abortSignal?: AbortSignal,
): Promise<TableExport> {
  const { table, tableArn, at, changesSince, destination, started } = planned;
  const { bucket, prefix, bucketOwner, kmsKeyId } = destination;
  const command = new ExportTableToPointInTimeCommand({
    TableArn: tableArn,
    ExportFormat: 'DYNAMODB_JSON',
    ...contentOf(planned),
    ClientToken: tokenOf(planned),
    S3Bucket: bucket,
    S3Prefix: prefix === '' ? undefined : prefix,
    S3BucketOwner: bucketOwner,
    S3SseAlgorithm: kmsKeyId === undefined ? undefined : 'KMS',
    S3SseKmsKeyId: kmsKeyId,
  });
  return startWork({
    started,
    request: async () => exportFrom((await send(client, command, abortSignal)).ExportDescription ?? {}),
    passes: isPassingRefusal,
    explain: async (thrown) => {
      const { name, message } = thrown as Error;
      if (name === 'InvalidExportTimeException') {
        return new TimeOutsideWindowError(
          'before',
          changesSince === undefined
            ? `DynamoDB cannot export table ${table} as it was at ${zonedTime(at)}: ${message}`
            : `DynamoDB cannot export the changes of table ${table} from ${zonedTime(changesSince)} to ${zonedTime(at)}: ${message}`,
          ['Nothing was exported.'],
          thrown,
        );
      }
      return explainTransferError(thrown, client, { action: 'ExportTableToPointInTime', table });
    },
    abortSignal,
  });
}

function contentOf({ at, changesSince }: PlannedExport): Partial<ExportTableToPointInTimeCommandInput> {
  if (changesSince === undefined) return { ExportTime: at, ExportType: 'FULL_EXPORT' };
  return {
    ExportType: 'INCREMENTAL_EXPORT',
    IncrementalExportSpecification: {
      ExportFromTime: changesSince,
      ExportToTime: at,
      ExportViewType: 'NEW_AND_OLD_IMAGES',
    },
  };
}

/** The same request has the same token, so that it is not carried out twice when its answer was lost. */
function tokenOf({ tableArn, at, changesSince, destination, failures }: PlannedExport): string {
  const { bucket, prefix, bucketOwner, kmsKeyId } = destination;
  const parts = [tableArn, at.toISOString(), bucket, prefix, bucketOwner, kmsKeyId, failures];
  if (changesSince !== undefined) parts.push(changesSince.toISOString());
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 36);
}

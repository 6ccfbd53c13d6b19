import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ProtectionReport } from '../report.ts';
import { protectionMetrics } from './metrics.ts';
import { sendMetrics } from './send-metrics.ts';

/**
 * Sends the numbers of a report to CloudWatch, in one request: with the dimensions `Prefix` and, of a table, `Table`.
 * @returns how many there are
 * @throws AccessDeniedError, ThrottledError, and ConnectionError also where DynamoDB is not AWS's own and no endpoint is named for
 *   CloudWatch (`AWS_ENDPOINT_URL_CLOUDWATCH`, `AWS_ENDPOINT_URL`)
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { type ProtectionReport, putMetrics } from '@cumulus/dynamodb/protection';
 *
 * declare const report: ProtectionReport;
 * const sent = await putMetrics(createClient(), report);
 * ```
 */
export async function putMetrics(
  client: DynamoDBClient,
  report: ProtectionReport,
  abortSignal?: AbortSignal,
): Promise<number> {
  const metrics = protectionMetrics(report);
  await sendMetrics(client, metrics, report, abortSignal);
  return metrics.length;
}

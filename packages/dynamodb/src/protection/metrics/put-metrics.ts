import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { placeOf } from '../../aws/client.ts';
import { ConnectionError } from '../../aws/errors.ts';
import { explainAwsError } from '../../aws/explain-error.ts';
import { retryThrottled } from '../../aws/retry-policy.ts';
import { send } from '../../aws/send.ts';
import type { ProtectionReport } from '../report.ts';
import { type ProtectionMetric, protectionMetrics } from './metrics.ts';

/** The namespace of the metrics in CloudWatch. */
export const METRICS_NAMESPACE = 'Cumulus/Protection';

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
  const { cloudWatchClientLike, PutMetricDataCommand } = await import('../../aws/cloudwatch-client.ts');
  const cloudWatch = await cloudWatchClientLike(client);
  if (cloudWatch === undefined) {
    throw new ConnectionError(`No metrics were sent: ${await placeOf(client)} is not AWS’s, and has no CloudWatch.`, [
      'Name an endpoint of CloudWatch by AWS_ENDPOINT_URL_CLOUDWATCH.',
    ]);
  }
  const metrics = protectionMetrics(report);
  const command = new PutMetricDataCommand({
    Namespace: METRICS_NAMESPACE,
    MetricData: metrics.map((metric) => datumOf(metric, report)),
  });
  try {
    await retryThrottled(() => send(cloudWatch, command, abortSignal), abortSignal);
  } catch (error) {
    throw explainAwsError(error, {
      service: `CloudWatch in ${report.region}`,
      what: `PutMetricData of ${METRICS_NAMESPACE}`,
      whenDenied: ['Allow the IAM action cloudwatch:PutMetricData for this namespace.'],
      whenThrottled: ['Send them again later.'],
    });
  } finally {
    cloudWatch.destroy();
  }
  return metrics.length;
}

function datumOf({ name, table, value, unit }: ProtectionMetric, { prefix, at }: ProtectionReport) {
  return {
    MetricName: name,
    Value: value,
    Unit: unit,
    Timestamp: new Date(at),
    Dimensions: [{ Name: 'Prefix', Value: prefix }, ...(table === null ? [] : [{ Name: 'Table', Value: table }])],
  };
}

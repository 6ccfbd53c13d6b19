import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { placeOf } from '../../aws/client.ts';
import { ConnectionError } from '../../aws/errors.ts';
import { explainAwsError } from '../../aws/explain-error.ts';
import { retryThrottled } from '../../aws/retry-policy.ts';
import { send } from '../../aws/send.ts';

/** The namespace of the metrics in CloudWatch. */
const METRICS_NAMESPACE = 'Cumulus/Protection';

/** A number of a deployment, or of one of its tables. */
export interface MetricToSend {
  readonly name: string;
  /** Cumulus's name of the table; null for the deployment as a whole. */
  readonly table: string | null;
  readonly value: number;
  readonly unit: 'Seconds' | 'Count' | 'None';
}

/**
 * Sends numbers to CloudWatch, in one request: with the dimensions `Prefix` and, of a table, `Table`.
 * @param of the deployment's prefix, and the instant that the numbers are of
 * @throws AccessDeniedError, ThrottledError, ConnectionError
 */
export async function sendMetrics(
  client: DynamoDBClient,
  metrics: readonly MetricToSend[],
  { prefix, at }: { readonly prefix: string; readonly at: string },
  abortSignal?: AbortSignal,
): Promise<void> {
  const { cloudWatchClientLike, PutMetricDataCommand } = await import('../../aws/cloudwatch-client.ts');
  const cloudWatch = await cloudWatchClientLike(client);
  if (cloudWatch === undefined) {
    throw new ConnectionError(`No metrics were sent: ${await placeOf(client)} is not AWS’s, and has no CloudWatch.`, [
      'Name an endpoint of CloudWatch by AWS_ENDPOINT_URL_CLOUDWATCH.',
    ]);
  }
  const command = new PutMetricDataCommand({
    Namespace: METRICS_NAMESPACE,
    MetricData: metrics.map(({ name, table, value, unit }) => ({
      MetricName: name,
      Value: value,
      Unit: unit,
      Timestamp: new Date(at),
      Dimensions: [{ Name: 'Prefix', Value: prefix }, ...(table === null ? [] : [{ Name: 'Table', Value: table }])],
    })),
  });
  try {
    await retryThrottled(() => send(cloudWatch, command, abortSignal), abortSignal);
  } catch (error) {
    throw explainAwsError(error, {
      service: `CloudWatch in ${await client.config.region()}`,
      what: `PutMetricData of ${METRICS_NAMESPACE}`,
      whenDenied: ['Allow the IAM action cloudwatch:PutMetricData for this namespace.'],
      whenThrottled: ['Send them again later.'],
    });
  } finally {
    cloudWatch.destroy();
  }
}

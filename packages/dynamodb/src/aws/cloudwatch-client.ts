import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { settingsLike } from './settings-like.ts';

// Imported by name, so that the bundle has this request alone; this module is loaded where metrics are sent.
export { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';

/**
 * A client of CloudWatch for the tables of a client: of the same region, credentials and connections.
 * @returns undefined where CloudWatch is not to be asked: see {@link settingsLike}
 */
export async function cloudWatchClientLike(client: DynamoDBClient): Promise<CloudWatchClient | undefined> {
  const settings = await settingsLike(client, 'CLOUDWATCH');
  return settings && new CloudWatchClient(settings);
}

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientSettings, isAwsHost, TIMEOUTS } from './client.ts';
import { Connections } from './connections.ts';

/**
 * What a client of another service is made with, for the tables of a client: the same region, credentials and connections.
 * @param service as the environment has it: `BACKUP` for `AWS_ENDPOINT_URL_BACKUP`
 * @returns undefined where DynamoDB is not AWS's own, and no endpoint is named for the service (`AWS_ENDPOINT_URL_<SERVICE>`,
 *   `AWS_ENDPOINT_URL`): the credentials would go to AWS although the work does not
 */
export async function settingsLike(client: DynamoDBClient, service: 'BACKUP' | 'CLOUDWATCH') {
  const given = await client.config.endpoint?.().catch(() => undefined);
  const { AWS_ENDPOINT_URL_DYNAMODB: ofEnvironment } = process.env;
  const host = given?.hostname ?? (ofEnvironment ? new URL(ofEnvironment).hostname : undefined);
  const isNamed = process.env[`AWS_ENDPOINT_URL_${service}`] || process.env['AWS_ENDPOINT_URL'];
  if (host !== undefined && !isAwsHost(host) && !isNamed) return undefined;
  const { region, credentials } = client.config;
  const { endpoint: _, profile: __, ...settings } = clientSettings({});
  return { ...settings, region, credentials, requestHandler: Connections.like(client, TIMEOUTS) };
}

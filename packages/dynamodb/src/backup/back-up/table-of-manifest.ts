import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TableDescription } from '../../tables/describe.ts';
import type { FullDescription } from '../../tables/describe-fully.ts';
import { laterSettings } from '../../tables/later-settings.ts';
import type { BackupManifest } from '../format/manifest.ts';

/** A table as a manifest has it: with all settings that are known, so that it can be created again. */
export async function tableOfManifest(
  client: DynamoDBClient,
  description: TableDescription,
  full: FullDescription,
): Promise<BackupManifest['table']> {
  const { name, arn, id, billingMode, schema } = description;
  const region = await client.config.region();
  return { name, arn, id, region, billingMode, schema: { ...schema, ...laterSettings(full) }, description: full };
}

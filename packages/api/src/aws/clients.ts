import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings } from './client-settings.ts';
import { objectSettingsFrom } from './object-settings.ts';

/** The services by which workflows are described and started. */
export interface AwsClients {
  s3(): Promise<S3Client>;
  secretsManager(): Promise<SecretsManagerClient>;
  stepFunctions(): Promise<SFNClient>;
  sqs(): Promise<SQSClient>;
}

/**
 * Clients that are loaded and made when they are first asked for: most requests need none of them.
 * Objects are written to S3 as the environment says: {@link objectSettingsFrom}.
 * @param maxAttempts how often a request is sent before its failure counts
 * @throws SettingsError
 */
export function createAwsClients(tables: DynamoDBClient, maxAttempts = 3): AwsClients {
  const settings = { ...clientSettings(tables), maxAttempts };
  const objects = objectSettingsFrom(process.env);
  return {
    s3: once(async () => {
      const [{ S3Client }, { withObjectSettings }] = await Promise.all([
        import('@aws-sdk/client-s3'),
        import('@cumulus/dynamodb/storage'),
      ]);
      return withObjectSettings(new S3Client(settings), objects);
    }),
    secretsManager: once(
      async () => new (await import('@aws-sdk/client-secrets-manager')).SecretsManagerClient(settings),
    ),
    stepFunctions: once(async () => new (await import('@aws-sdk/client-sfn')).SFNClient(settings)),
    sqs: once(async () => new (await import('@aws-sdk/client-sqs')).SQSClient(settings)),
  };
}

/** Makes something when it is first asked for. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

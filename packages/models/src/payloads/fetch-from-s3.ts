import type { S3Client } from '@aws-sdk/client-s3';
import { classifyAwsError } from '@cumulus/dynamodb/aws';
import { RemoteMessageError, RemoteMessageMissingError } from './errors.ts';

/** Reads an object of S3 as text. */
export type FetchText = (bucket: string, key: string) => Promise<string>;

/**
 * The way to read what messages leave in S3.
 *
 * @returns a function that throws {@link RemoteMessageMissingError} if there is no such object, and
 *   {@link RemoteMessageError} if it could not be read for other reasons
 *
 * @example
 * ```ts
 * import { S3Client } from '@aws-sdk/client-s3';
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { createModels } from '@cumulus/models';
 * import { fetchFromS3, payloadPlace } from '@cumulus/models/payloads';
 *
 * const payloads = { ...payloadPlace('prod-internal', 'prod'), fetch: fetchFromS3(new S3Client()) };
 * const { executions } = createModels({ client: createClient(), tables: 'prod', payloads });
 * ```
 */
export function fetchFromS3(client: S3Client): FetchText {
  return async (bucket, key) => {
    // Who has a client has loaded it; others need not.
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await Body?.transformToString('utf-8')) ?? '';
    } catch (error) {
      if (classifyAwsError(error) === 'not found') throw new RemoteMessageMissingError(bucket, key, error);
      const { name, message } = error as Error;
      throw new RemoteMessageError(bucket, key, `could not be read: ${name}: ${message}`, error);
    }
  };
}

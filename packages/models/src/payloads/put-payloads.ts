import type { S3Client } from '@aws-sdk/client-s3';
import { PayloadError } from './errors.ts';
import type { LargePayload } from './pointer.ts';

/**
 * Writes to S3 what records point to: to be called before these are written, so that no pointer ever points to nothing.
 * Written again it is the same object.
 *
 * @throws {@link PayloadError} if one cannot be written: then the event has to come again
 *
 * @example
 * ```ts
 * import { S3Client } from '@aws-sdk/client-s3';
 * import type { MessageRecords } from '@cumulus/models/messages';
 * import { putPayloads } from '@cumulus/models/payloads';
 *
 * declare const records: MessageRecords;
 * await putPayloads(new S3Client(), records.payloads); // then recordMessage(…, records)
 * ```
 */
export async function putPayloads(client: S3Client, payloads: readonly LargePayload[]): Promise<void> {
  if (payloads.length === 0) return;
  // Who has a client has loaded it; others need not.
  const { PutObjectCommand } = await import('@aws-sdk/client-s3');
  for (const payload of payloads) {
    const { bucket, key, text } = payload;
    const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ContentType: 'application/json' });
    try {
      await client.send(command);
    } catch (error) {
      throw new PayloadError(payload, error);
    }
  }
}

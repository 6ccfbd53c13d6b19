import { createClient } from '@cumulus/dynamodb/aws';
import { describeWithMoto, ownBucket } from '@cumulus/test-kit';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createAwsClients } from '../../src/aws/clients.ts';
import { objectSettingsFrom } from '../../src/aws/object-settings.ts';
import { SettingsError } from '../../src/settings.ts';

describe('how objects are written, by the environment', () => {
  test.each([
    [{}, { encryption: undefined, requesterPays: false }],
    [
      { S3_SSE: '', S3_KMS_KEY: '', S3_REQUEST_PAYER: '' },
      { encryption: undefined, requesterPays: false },
    ],
    [{ S3_SSE: 'AES256' }, { encryption: { algorithm: 'AES256' }, requesterPays: false }],
    [{ S3_KMS_KEY: 'k' }, { encryption: { algorithm: 'aws:kms', kmsKeyId: 'k' }, requesterPays: false }],
    [
      { S3_SSE: 'aws:kms:dsse', S3_KMS_KEY: 'k', S3_REQUEST_PAYER: 'requester' },
      { encryption: { algorithm: 'aws:kms:dsse', kmsKeyId: 'k' }, requesterPays: true },
    ],
  ])('%j', (environment, settings) => {
    expect(objectSettingsFrom(environment)).toEqual(settings);
  });

  test.each([
    [{ S3_SSE: 'AES128' }, 'S3_SSE is one of AES256, aws:kms, aws:kms:dsse, not "AES128".'],
    [{ S3_SSE: 'AES256', S3_KMS_KEY: 'k' }, 'S3_KMS_KEY goes with S3_SSE aws:kms'],
    [{ S3_REQUEST_PAYER: 'owner' }, 'S3_REQUEST_PAYER is requester or not set, not "owner".'],
  ])('%j is refused', (environment, problem) => {
    expect(() => objectSettingsFrom(environment)).toThrow(SettingsError);
    expect(() => objectSettingsFrom(environment)).toThrow(problem);
  });
});

await describeWithMoto('the API’s client of S3', (moto) => {
  const bucket = ownBucket(moto);
  afterEach(() => {
    delete process.env['S3_KMS_KEY'];
    delete process.env['AWS_ENDPOINT_URL_S3'];
  });

  test('encrypts what it writes by the key of the environment', async () => {
    Object.assign(process.env, { S3_KMS_KEY: 'alias/cumulus', AWS_ENDPOINT_URL_S3: moto.endpoint });
    const client = createClient();
    const s3 = await createAwsClients(client).s3();
    const { PutObjectCommand } = await import('@aws-sdk/client-s3');
    await s3.send(new PutObjectCommand({ Bucket: bucket.name, Key: 'message', Body: '{}' }));
    const status = await bucket.client.headObject({ Bucket: bucket.name, Key: 'message' });
    expect(status).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/cumulus' });
    client.destroy();
    s3.destroy();
  });
});

import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CumulusError } from '@cumulus/dynamodb/aws';
import { describeUnless, whyNoMoto } from '@cumulus/test-kit';
import { describe, expect, jest, test } from '@jest/globals';
import { cipherFromEnvironment } from '../../src/secrets/cipher-from-environment.ts';
import { DecryptionError, InvalidKeyError, NoCipherError } from '../../src/secrets/errors.ts';
import { everythingOf, failureOf } from './everything-of.ts';
import { ownKms } from './moto-kms.ts';

const CUMULUS_LOCAL_KEY = randomBytes(32).toString('base64');

describe('cipherFromEnvironment', () => {
  test('with a local key, encrypts by it', async () => {
    const cipher = cipherFromEnvironment({ CUMULUS_LOCAL_KEY, CUMULUS_KMS_KEY_ID: '' });
    const ciphertext = await cipher.encrypt('hunter2');
    expect(ciphertext).toMatch(/^local:v1:/);
    expect(await cipher.decrypt(ciphertext)).toBe('hunter2');
    expect(everythingOf(cipher)).not.toContain(CUMULUS_LOCAL_KEY);
  });

  test('with a local key that is none, fails at once', () => {
    expect(() => cipherFromEnvironment({ CUMULUS_LOCAL_KEY: 'hunter2' })).toThrow(InvalidKeyError);
  });

  test.each([[{}], [{ CUMULUS_LOCAL_KEY: '', CUMULUS_KMS_KEY_ID: '' }]])(
    'with %j, fails only when used, and says what to set',
    async (environment) => {
      const cipher = cipherFromEnvironment(environment);
      for (const work of [cipher.encrypt('hunter2'), cipher.decrypt('local:v1:AAAA')]) {
        const error = await failureOf(work);
        expect(error).toBeInstanceOf(NoCipherError);
        expect(error).toBeInstanceOf(CumulusError);
        expect(error.message).toMatch(/CUMULUS_KMS_KEY_ID.*CUMULUS_LOCAL_KEY.*openssl rand -base64 32/s);
        expect(everythingOf(error)).not.toContain('hunter2');
      }
    },
  );
});

describeUnless(await whyNoMoto(), 'cipherFromEnvironment with KMS on moto', () => {
  const kms = ownKms();

  test.each(['CUMULUS_KMS_KEY_ID', 'provider_kms_key_id'])('with %s, encrypts by KMS', async (variable) => {
    const cipher = cipherFromEnvironment({ [variable]: kms.key.id }, { kms: kms.client });
    const ciphertext = await cipher.encrypt('hunter2');
    expect(ciphertext).not.toMatch(/^local:/);
    expect(await cipher.decrypt(ciphertext)).toBe('hunter2');
  });

  test('by default asks where AWS_ENDPOINT_URL_KMS says, in the region of a key given as an ARN', async () => {
    process.env['AWS_ENDPOINT_URL_KMS'] = kms.endpoint;
    try {
      const ciphertext = await cipherFromEnvironment({ CUMULUS_KMS_KEY_ID: kms.key.arn }).encrypt('hunter2');
      expect(
        await cipherFromEnvironment({ CUMULUS_KMS_KEY_ID: kms.key.id }, { kms: kms.client }).decrypt(ciphertext),
      ).toBe('hunter2');
      const elsewhere = 'arn:aws:kms:eu-north-1:123456789012:key/9c9f4c5e-0000-4000-8000-000000000000';
      const error = await failureOf(cipherFromEnvironment({ CUMULUS_KMS_KEY_ID: elsewhere }).encrypt('hunter2'));
      expect(error.message).toContain(`no KMS key ${elsewhere} in eu-north-1`);
    } finally {
      delete process.env['AWS_ENDPOINT_URL_KMS'];
    }
  });

  test('by default asks as the client of the tables does: in its region, with its credentials', async () => {
    process.env['AWS_ENDPOINT_URL_KMS'] = kms.endpoint;
    const credentials = jest.fn(async () => ({ accessKeyId: 'other', secretAccessKey: 'other' }));
    const tables = new DynamoDBClient({ region: 'us-west-2', credentials });
    try {
      const environment = { CUMULUS_KMS_KEY_ID: 'alias/nowhere' };
      const error = await failureOf(cipherFromEnvironment(environment, { tables }).encrypt('hunter2'));
      expect(error.message).toContain('no KMS key alias/nowhere in us-west-2');
      expect(credentials).toHaveBeenCalled();
    } finally {
      tables.destroy();
      delete process.env['AWS_ENDPOINT_URL_KMS'];
    }
  });

  test('goes over from a local key to KMS: both are read, KMS writes', async () => {
    const before = await cipherFromEnvironment({ CUMULUS_LOCAL_KEY }).encrypt('hunter2');
    const environment = { CUMULUS_KMS_KEY_ID: kms.key.alias };
    const both = cipherFromEnvironment({ ...environment, CUMULUS_LOCAL_KEY }, { kms: kms.client });
    expect(await both.decrypt(before)).toBe('hunter2');
    const now = await both.encrypt('hunter2');
    expect(await cipherFromEnvironment(environment, { kms: kms.client }).decrypt(now)).toBe('hunter2');

    const error = await failureOf(cipherFromEnvironment(environment, { kms: kms.client }).decrypt(before));
    expect(error).toBeInstanceOf(DecryptionError);
    expect(error.message).toContain('Set CUMULUS_LOCAL_KEY, beside the KMS key');
  });
});

import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { DecryptCommand, EncryptCommand } from '@aws-sdk/client-kms';
import { AccessDeniedError, ConnectionError, CumulusError, ThrottledError } from '@cumulus/dynamodb/aws';
import { describeUnless, whyNoMoto } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Cipher } from '../../src/secrets/cipher.ts';
import { DecryptionError, EncryptionError, KeyPairCiphertextError } from '../../src/secrets/errors.ts';
import { kmsCipher } from '../../src/secrets/kms-cipher.ts';
import { explainKmsError } from '../../src/secrets/kms-errors.ts';
import { everythingOf, failureOf } from './everything-of.ts';
import { createKey, kmsClient, ownKms } from './moto-kms.ts';

const SECRET = 'hunter2-and-a-space';

describeUnless(await whyNoMoto(), 'kmsCipher on moto', () => {
  const kms = ownKms();
  const withKey = (): Cipher => kmsCipher({ client: kms.client, keyId: kms.key.alias });

  test('gives back any text of 1 to 4,096 bytes', async () => {
    const cipher = withKey();
    const texts = fc.oneof(
      { weight: 8, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1_000 }) },
      fc.constantFrom('\0', 'x'.repeat(4_096), 'é'.repeat(2_048), '🛰'.repeat(1_024)),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        expect(await cipher.decrypt(await cipher.encrypt(text))).toBe(text);
      }),
      { numRuns: 40 },
    );
  });

  test('reads what earlier releases wrote, and they read what it writes: base64 without a context', async () => {
    const cipher = withKey();
    const earlier = await kms.client.send(
      new EncryptCommand({ KeyId: kms.key.id, Plaintext: Buffer.from(SECRET, 'utf8') }),
    );
    expect(await cipher.decrypt(Buffer.from(earlier.CiphertextBlob ?? []).toString('base64'))).toBe(SECRET);
    const ciphertext = await cipher.encrypt(SECRET);
    const { Plaintext } = await kms.client.send(
      new DecryptCommand({ CiphertextBlob: Buffer.from(ciphertext, 'base64') }),
    );
    expect(Buffer.from(Plaintext ?? []).toString('utf8')).toBe(SECRET);
  });

  test('a key may be named by its id, its ARN and an alias', async () => {
    const { id, arn, alias } = kms.key;
    const ciphertext = await withKey().encrypt(SECRET);
    for (const keyId of [id, arn, alias]) {
      expect(await kmsCipher({ client: kms.client, keyId }).decrypt(ciphertext)).toBe(SECRET);
    }
  });

  test('names the limit of KMS to a text that is too long, counted in bytes', async () => {
    const error = await failureOf(withKey().encrypt('é'.repeat(2_049)));
    expect(error).toBeInstanceOf(EncryptionError);
    expect(error.message).toMatch(/4,098 bytes.*at most 4,096.*Nothing was stored/s);
    expect(everythingOf(error)).not.toContain('éé');
  });

  test('refuses an empty text, which KMS does not encrypt', async () => {
    await expect(withKey().encrypt('')).rejects.toThrow('empty');
  });

  test('names the key to whoever holds a ciphertext of another', async () => {
    const other = await createKey(kms.client, 'alias/other');
    const ciphertext = await kmsCipher({ client: kms.client, keyId: other.alias }).encrypt(SECRET);
    const error = await failureOf(withKey().decrypt(ciphertext));
    expect(error).toBeInstanceOf(DecryptionError);
    expect(error.message).toMatch(/alias\/credentials.*left as it is/s);
    expectNoSecret(error, ciphertext);
  });

  test('refuses an altered ciphertext', async () => {
    const sealed = Buffer.from(await withKey().encrypt(SECRET), 'base64');
    sealed.writeUInt8(sealed.readUInt8(sealed.length - 1) ^ 1, sealed.length - 1);
    const error = await failureOf(withKey().decrypt(sealed.toString('base64')));
    expect(error).toBeInstanceOf(DecryptionError);
    expect(error).not.toBeInstanceOf(KeyPairCiphertextError);
    expectNoSecret(error, sealed.toString('base64'));
  });

  test.each([128, 256, 512])('reports that %d bytes which KMS does not know come from a key pair', async (length) => {
    const ciphertext = Buffer.alloc(length, 7).toString('base64');
    const error = await failureOf(withKey().decrypt(ciphertext));
    expect(error).toBeInstanceOf(KeyPairCiphertextError);
    expect(error.message).toMatch(/a key pair in S3 made it.*left as it is.*Enter the secret again/s);
  });

  test.each([
    ['', 'is empty'],
    [SECRET, 'is not base64'],
    ['local:v1:AAAA', 'one of a local key'],
  ])('says of the ciphertext %j what is wrong', async (ciphertext, problem) => {
    const error = await failureOf(withKey().decrypt(ciphertext));
    expect(error).toBeInstanceOf(DecryptionError);
    expect(error.message).toContain(problem);
    expectNoSecret(error);
  });

  test('says that a key does not exist', async () => {
    const absent = await failureOf(kmsCipher({ client: kms.client, keyId: 'alias/absent' }).encrypt(SECRET));
    expect(absent).toBeInstanceOf(EncryptionError);
    expect(absent.message).toMatch(/no KMS key alias\/absent in us-east-1.*Check CUMULUS_KMS_KEY_ID/s);
    expectNoSecret(absent);
  });
});

describe('kmsCipher where KMS does not answer as it should', () => {
  const ciphertext = Buffer.alloc(180, 1).toString('base64');

  /** A KMS that answers everything so: the shapes are those of AWS's JSON protocol, which moto does not give. */
  async function answering(status: number, body: string, ask: (cipher: Cipher) => Promise<unknown>): Promise<Error> {
    const server = createServer((_, response) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': 'request-1' });
      response.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = kmsClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    try {
      return await failureOf(ask(kmsCipher({ client, keyId: 'alias/credentials' })));
    } finally {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  const encrypt = (cipher: Cipher) => cipher.encrypt(SECRET);
  const decrypt = (cipher: Cipher) => cipher.decrypt(ciphertext);
  const refusal = (type: string) =>
    JSON.stringify({
      __type: type,
      message: `User is not authorized to perform: kms:X on ${SECRET} and ${ciphertext}`,
      Message: SECRET,
    });

  test.each([
    ['AccessDeniedException', 'Encrypt', AccessDeniedError, 'Allow the IAM action kms:Encrypt'],
    ['AccessDeniedException', 'Decrypt', AccessDeniedError, 'Allow the IAM action kms:Decrypt'],
    ['ThrottlingException', 'Encrypt', ThrottledError, 'throttling'],
    ['ExpiredTokenException', 'Decrypt', ConnectionError, 'credentials were refused'],
    ['IncorrectKeyException', 'Decrypt', DecryptionError, 'by a KMS key other than'],
    ['DisabledException', 'Encrypt', EncryptionError, 'the key is not usable'],
    ['KMSInvalidStateException', 'Decrypt', DecryptionError, 'the key is not usable'],
    ['InvalidKeyUsageException', 'Encrypt', EncryptionError, 'refused'],
    ['InvalidCiphertextException', 'Decrypt', DecryptionError, 'damaged'],
  ])('%s to %s: says what to do, and none of the words of KMS', async (type, action, kind, words) => {
    const error = await answering(400, refusal(type), action === 'Encrypt' ? encrypt : decrypt);
    expect(error).toBeInstanceOf(kind);
    expect(error).toBeInstanceOf(CumulusError);
    expect(error.message).toContain('alias/credentials');
    expect(error.message).toContain(words);
    expectNoSecret(error, ciphertext);
  });

  test('of a ciphertext of a key that KMS does not know, says that and not that permission is missing', async () => {
    const message =
      'The ciphertext refers to a customer master key that does not exist, does not exist in this region, …';
    const error = await answering(400, JSON.stringify({ __type: 'AccessDeniedException', message }), decrypt);
    expect(error).toBeInstanceOf(DecryptionError);
    expect(error.message).toContain('damaged, or not one of the KMS key alias/credentials');
  });

  test('keeps the request id, for which AWS asks', async () => {
    expect((await answering(400, refusal('AccessDeniedException'), encrypt)).message).toContain(
      'AccessDeniedException, HTTP 400, request request-1',
    );
  });

  test('an answer that cannot be read shows nothing of the plaintext in it', async () => {
    const plaintext = Buffer.from(SECRET).toString('base64');
    expectNoSecret(await answering(200, `{"Plaintext":"${plaintext}", broken`, decrypt));
    expectNoSecret(await answering(500, `{"Plaintext":"${plaintext}", broken`, decrypt));
    expectNoSecret(await answering(200, '{}', decrypt));
  });

  test('an endpoint at which nobody listens is named as such', async () => {
    const free = createTcpServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    const client = kmsClient(`http://127.0.0.1:${port}`);
    const error = await failureOf(kmsCipher({ client, keyId: 'alias/credentials' }).encrypt(SECRET));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toMatch(/KMS did not answer .*alias\/credentials in us-east-1/);
    expectNoSecret(error);
  });

  test('a network error is named by its code, and not quoted', async () => {
    // Under jest the SDK does not know Node's own errors for errors, and drops their codes.
    const thrown = Object.assign(new Error(SECRET), { code: 'ECONNRESET' });
    const client = kmsClient('http://127.0.0.1:9');
    const error = await explainKmsError(thrown, { client, keyId: 'alias/credentials', action: 'Encrypt' });
    expect(error.message).toContain('(ECONNRESET)');
    expectNoSecret(error);
  });
});

function expectNoSecret(error: Error, ...others: string[]): void {
  expect(error.cause).toBeUndefined();
  const shown = everythingOf(error);
  for (const secret of [
    SECRET,
    Buffer.from(SECRET).toString('base64'),
    Buffer.from(SECRET).toString('hex'),
    ...others,
  ]) {
    expect(shown).not.toContain(secret);
  }
}

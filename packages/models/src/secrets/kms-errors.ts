import { isNativeError } from 'node:util/types';
import type { KMSClient } from '@aws-sdk/client-kms';
import { type AwsError, ConnectionError, CumulusError, describeSecretly, explainAwsError } from '@cumulus/dynamodb/aws';
import { DecryptionError, EncryptionError, KeyPairCiphertextError } from './errors.ts';

/** What KMS was being asked when an error came. */
export interface KmsRequest {
  readonly client: KMSClient;
  readonly keyId: string;
  /** The API action, which is also the IAM action's name after `kms:`. */
  readonly action: 'Encrypt' | 'Decrypt';
  readonly ciphertextBytes?: number;
}

/** The key exists, and cannot be used: it is disabled, its material is missing, or it is to be deleted. */
const UNUSABLE_KEY = new Set(['DisabledException', 'KMSInvalidStateException', 'KeyUnavailableException']);

/** The lengths of RSA ciphertexts, in bytes, for keys of 1,024 to 4,096 bits. */
const RSA_LENGTHS = new Set([128, 256, 384, 512]);

/**
 * Turns what the SDK threw into an error that says what to do. It has only parts that hold no secret: the error's name,
 * HTTP status and request id, and the key's id. The SDK's error may hold the request and the answer, so it is neither
 * quoted nor kept as the cause.
 */
export async function explainKmsError(thrown: unknown, request: KmsRequest): Promise<CumulusError> {
  const { client, keyId, action } = request;
  const error: Partial<AwsError> = isNativeError(thrown) ? thrown : {};
  const name = error.name ?? 'an error that is none';
  const region = await client.config.region().catch(() => 'no region');
  const what = `${action} by the KMS key ${keyId} in ${region}`;

  if (name === 'InvalidCiphertextException' || (action === 'Decrypt' && isOfUnknownKey(error))) {
    return explainRefusedCiphertext(request, describeSecretly(error));
  }
  const explained = explainAwsError(thrown, {
    service: 'KMS',
    what,
    whenDenied: [`Allow the IAM action kms:${action} on the key, in the role’s policy and the key’s own.`],
    whenThrottled: ['Try again later.'],
    isSecret: true,
  });
  if (explained instanceof CumulusError) return explained;
  if (name === 'IncorrectKeyException') {
    return new DecryptionError(`A ciphertext was encrypted by a KMS key other than ${keyId}.`, [
      'It was left as it is.',
      'Set CUMULUS_KMS_KEY_ID to the key that encrypted it, or enter the secret again.',
    ]);
  }
  const Failure = action === 'Encrypt' ? EncryptionError : DecryptionError;
  const untouched = action === 'Encrypt' ? 'Nothing was stored.' : 'The ciphertext was left as it is.';
  if (name === 'NotFoundException') {
    return new Failure(`There is no KMS key ${keyId} in ${region}.`, [untouched, 'Check CUMULUS_KMS_KEY_ID.']);
  }
  if (UNUSABLE_KEY.has(name)) {
    return new Failure(`${what} is not possible now: the key is not usable (${describeSecretly(error)}).`, [
      untouched,
      'Check the key’s state in KMS. If its deletion is scheduled, cancel that.',
    ]);
  }
  if (error.$metadata?.httpStatusCode === undefined) {
    return new ConnectionError(`KMS did not answer ${what} (${name}).`, [
      'Check the network, the region, and AWS_ENDPOINT_URL_KMS if it is set.',
    ]);
  }
  return new Failure(`KMS refused ${what} (${describeSecretly(error)}).`, [untouched]);
}

/**
 * KMS denies access also to a ciphertext whose key is gone, or elsewhere, or none: "The ciphertext refers to a customer
 * master key that does not exist, …". A policy that denies it names who asked for what.
 */
function isOfUnknownKey({ name, message = '' }: Partial<AwsError>): boolean {
  return name === 'AccessDeniedException' && !message.includes('is not authorized to perform');
}

function explainRefusedCiphertext({ keyId, ciphertextBytes = 0 }: KmsRequest, said: string): DecryptionError {
  if (RSA_LENGTHS.has(ciphertextBytes)) {
    return new KeyPairCiphertextError(
      `A ciphertext of ${ciphertextBytes} bytes is not one of the KMS key ${keyId}; by its length, a key pair in S3 made it.`,
      [
        'It was left as it is: earlier releases encrypted so, and this one does not decrypt it.',
        'Enter the secret again, and KMS will encrypt it.',
      ],
    );
  }
  return new DecryptionError(`A ciphertext is damaged, or not one of the KMS key ${keyId} (${said}).`, [
    'It was left as it is.',
    'Set CUMULUS_KMS_KEY_ID to the key that encrypted it, or enter the secret again.',
  ]);
}

import type { KMSClient } from '@aws-sdk/client-kms';
import type { Cipher } from './cipher.ts';
import { bytesOfBase64, bytesOfText, hasLocalForm } from './ciphertext-form.ts';
import { DecryptionError, EncryptionError } from './errors.ts';
import { explainKmsError } from './kms-errors.ts';

/** The maximum length of a text for KMS's Encrypt with a symmetric key, in bytes of UTF-8. */
const MAX_PLAIN_BYTES = 4_096;

/** Who asks KMS, and for which key. */
export interface KmsCipherOptions {
  readonly client: KMSClient;
  /** A symmetric key: its id, its ARN, or an alias as `alias/NAME`. */
  readonly keyId: string;
}

/**
 * A cipher by AWS KMS. Ciphertexts are base64 of what KMS gives, without an encryption context, as earlier releases
 * have written them. Texts have 1 to 4,096 bytes.
 */
export function kmsCipher({ client, keyId }: KmsCipherOptions): Cipher {
  return {
    async encrypt(plain) {
      const bytes = checkSize(bytesOfText(plain));
      const { EncryptCommand } = await import('@aws-sdk/client-kms');
      const request = new EncryptCommand({ KeyId: keyId, Plaintext: bytes });
      const { CiphertextBlob: sealed } = await client.send(request).catch(async (error: unknown) => {
        throw await explainKmsError(error, { client, keyId, action: 'Encrypt' });
      });
      if (sealed === undefined) throw new EncryptionError('KMS answered an Encrypt without a ciphertext.');
      return Buffer.from(sealed).toString('base64');
    },

    async decrypt(ciphertext) {
      const sealed = parse(ciphertext);
      const { DecryptCommand } = await import('@aws-sdk/client-kms');
      // KMS could find the key itself. With the key in the request, it refuses ciphertexts that somebody made with
      // another key.
      const request = new DecryptCommand({ KeyId: keyId, CiphertextBlob: sealed });
      const { Plaintext: bytes } = await client.send(request).catch(async (error: unknown) => {
        throw await explainKmsError(error, { client, keyId, action: 'Decrypt', ciphertextBytes: sealed.length });
      });
      if (bytes === undefined) throw new DecryptionError('KMS answered a Decrypt without a plaintext.');
      return Buffer.from(bytes).toString('utf8');
    },
  };
}

function checkSize(bytes: Buffer): Buffer {
  if (bytes.length === 0) {
    throw new EncryptionError('KMS does not encrypt an empty text.', ['Nothing was stored.', 'Leave the secret out.']);
  }
  if (bytes.length > MAX_PLAIN_BYTES) {
    const length = bytes.length.toLocaleString('en-US');
    throw new EncryptionError(`A secret has ${length} bytes, and KMS encrypts at most 4,096.`, [
      'Nothing was stored.',
      'Give a shorter one.',
    ]);
  }
  return bytes;
}

function parse(ciphertext: string): Buffer {
  if (hasLocalForm(ciphertext)) {
    throw new DecryptionError('A ciphertext is one of a local key, and there is only a KMS key.', [
      'It was left as it is.',
      'Set CUMULUS_LOCAL_KEY, beside the KMS key, to the key that encrypted it, or enter the secret again.',
    ]);
  }
  const bytes = bytesOfBase64(ciphertext);
  if (bytes === undefined || bytes.length === 0) {
    throw new DecryptionError(`A ciphertext is ${ciphertext === '' ? 'empty' : 'not base64'}, so not one of KMS.`, [
      'It was left as it is.',
      'Enter the secret again.',
    ]);
  }
  return bytes;
}

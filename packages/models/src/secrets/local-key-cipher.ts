import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { Cipher } from './cipher.ts';
import { bytesOfBase64, bytesOfText, hasLocalForm, LOCAL_PREFIX } from './ciphertext-form.ts';
import { DecryptionError, InvalidKeyError } from './errors.ts';

/** The environment variable that holds the local key. */
export const LOCAL_KEY_VARIABLE = 'CUMULUS_LOCAL_KEY';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
/** The nonce's length in bytes by NIST SP 800-38D. Random nonces are safe for 2^32 encryptions with one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Version 1: base64 of nonce, ciphertext and tag. */
const PREFIX = `${LOCAL_PREFIX}v1:`;

/**
 * A cipher for deployments without a KMS key: AES-256-GCM, so that an altered ciphertext is refused. Ciphertexts begin
 * with `local:v1:`. Texts may have any length.
 *
 * @param key 32 bytes in base64, as `openssl rand -base64 32` makes them
 * @throws InvalidKeyError when the key is not that
 *
 * @example
 * ```ts
 * import { localKeyCipher } from '@cumulus/models/secrets';
 *
 * const cipher = localKeyCipher(process.env['CUMULUS_LOCAL_KEY'] ?? '');
 * console.log(await cipher.decrypt(await cipher.encrypt('secret')));
 * ```
 */
export function localKeyCipher(key: string): Cipher {
  const secret = parseKey(key);
  return {
    async encrypt(plain) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, secret, nonce, { authTagLength: TAG_BYTES });
      const sealed = [nonce, cipher.update(bytesOfText(plain)), cipher.final(), cipher.getAuthTag()];
      return PREFIX + Buffer.concat(sealed).toString('base64');
    },

    async decrypt(ciphertext) {
      const sealed = parse(ciphertext);
      const decipher = createDecipheriv(ALGORITHM, secret, sealed.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      const plain = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
      try {
        return Buffer.concat([plain, decipher.final()]).toString('utf8');
      } catch {
        throw new DecryptionError(
          `A ciphertext was altered, or another key than the one in ${LOCAL_KEY_VARIABLE} encrypted it.`,
          [
            'It was left as it is.',
            `Set ${LOCAL_KEY_VARIABLE} to the key that encrypted it, or enter the secret again.`,
          ],
        );
      }
    },
  };
}

function parseKey(text: string): KeyObject {
  const bytes = bytesOfBase64(text.trim());
  if (bytes?.length !== KEY_BYTES) {
    const found = bytes === undefined ? 'is not base64' : `has ${bytes.length} bytes`;
    throw new InvalidKeyError(
      `The key in ${LOCAL_KEY_VARIABLE} has to be ${KEY_BYTES} bytes in base64, and ${found}.`,
      ['Make one by `openssl rand -base64 32`, and keep it: what it encrypts, no other key decrypts.'],
    );
  }
  return createSecretKey(bytes);
}

function parse(ciphertext: string): Buffer {
  if (ciphertext.startsWith(PREFIX)) {
    const sealed = bytesOfBase64(ciphertext.slice(PREFIX.length));
    if (sealed !== undefined && sealed.length >= NONCE_BYTES + TAG_BYTES) return sealed;
    throw new DecryptionError('A ciphertext of a local key is damaged: it is not base64, or too short.', [
      'It was left as it is.',
      'Enter the secret again.',
    ]);
  }
  if (hasLocalForm(ciphertext)) {
    throw new DecryptionError('A ciphertext of a local key has a form that this release does not know.', [
      'It was left as it is.',
      'A later release wrote it: use that one.',
    ]);
  }
  if (ciphertext !== '' && bytesOfBase64(ciphertext) !== undefined) {
    throw new DecryptionError(
      'A ciphertext is one of KMS, or of a key pair in S3, by its form, and there is only a local key.',
      ['It was left as it is.', 'Set CUMULUS_KMS_KEY_ID to the KMS key that encrypted it, or enter the secret again.'],
    );
  }
  throw new DecryptionError(`A ciphertext is ${ciphertext === '' ? 'empty' : 'of no form that is known'}.`, [
    'It was left as it is.',
    'Enter the secret again.',
  ]);
}

import { EncryptionError } from './errors.ts';

/** The beginning of a local key's ciphertexts. Base64 follows, which has no colon. */
export const LOCAL_PREFIX = 'local:';

/** Whether a text has the form of a local key's ciphertext, in this version or another. */
export function hasLocalForm(text: string): boolean {
  return text.startsWith(LOCAL_PREFIX);
}

/** Ciphertexts of KMS and of RSA key pairs have more bytes than this. Base64 has four characters for three bytes. */
const MIN_CIPHERTEXT_LENGTH = (64 / 3) * 4;

/** Whether a text is too short to be a ciphertext of KMS or RSA, which have no mark of their own. */
export function isTooShortForCiphertext(text: string): boolean {
  return !hasLocalForm(text) && text.length < MIN_CIPHERTEXT_LENGTH;
}

/** The bytes of a base64 text, or undefined if it is not base64 exactly as it is written (RFC 4648, with padding). */
export function bytesOfBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/**
 * A text's bytes in UTF-8.
 *
 * @throws EncryptionError when it has half a surrogate pair, which UTF-8 cannot write, so that it would not come back
 */
export function bytesOfText(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.toString('utf8') !== text) {
    throw new EncryptionError('A text that is not well-formed Unicode cannot be encrypted.', ['Nothing was stored.']);
  }
  return bytes;
}

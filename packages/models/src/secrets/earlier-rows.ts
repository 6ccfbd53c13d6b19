import type { PlainItem } from '@cumulus/dynamodb/items';
import type { Cipher } from './cipher.ts';
import { isTooShortForCiphertext } from './ciphertext-form.ts';
import { encryptCredentials } from './credentials.ts';
import { expirationInSeconds } from './expiration-time.ts';
import { hashPassword, isHashedPassword } from './password-hash.ts';
import { hashToken, isHashedToken } from './token-hash.ts';

/*
 * Migrates rows in which earlier releases stored secrets in the clear. Each function takes a row as it was read, and
 * returns the row to store instead, or undefined if no change is needed. So a migrated row is not migrated again. Other
 * attributes are kept. The schema reports values of a wrong type.
 */

/**
 * An access token's row: the key is hashed, the refresh token encrypted, `expirationTime` in seconds. The new row has
 * another key: store it, then delete the one that was read.
 *
 * @throws what the cipher throws, if there is a refresh token
 */
export async function migrateAccessTokenRow(row: PlainItem, cipher: Cipher): Promise<PlainItem | undefined> {
  const { accessToken, refreshToken, expirationTime } = row;
  const changes: Record<string, unknown> = {};
  if (typeof expirationTime === 'number') {
    const seconds = expirationInSeconds(expirationTime);
    if (seconds !== expirationTime) changes['expirationTime'] = seconds;
  }
  // A ciphertext of KMS looks like any base64: a hashed key shows that the refresh token is encrypted.
  if (typeof accessToken === 'string' && !isHashedToken(accessToken)) {
    changes['accessToken'] = hashToken(accessToken);
    if (isText(refreshToken)) changes['refreshToken'] = await cipher.encrypt(refreshToken);
  }
  return changed(row, changes);
}

/**
 * A provider's row: credentials in the clear are encrypted. Without `encrypted: true`, both are in the clear. With it,
 * one of them may be, which is then shorter than any ciphertext. The others are ciphertexts of KMS, or of the key pair
 * that earlier releases had in S3. Both kinds stay; those of the key pair cannot be decrypted here, and fail when they
 * are used.
 *
 * @throws what the cipher throws, if there are credentials in the clear
 */
export async function migrateProviderRow(row: PlainItem, cipher: Cipher): Promise<PlainItem | undefined> {
  const { username, password, encrypted } = row;
  const isPlain = (value: unknown): value is string =>
    isText(value) && (encrypted !== true || isTooShortForCiphertext(value));
  const plain = {
    username: isPlain(username) ? username : undefined,
    password: isPlain(password) ? password : undefined,
  };
  if (plain.username === undefined && plain.password === undefined) return undefined;
  return { ...row, ...(await encryptCredentials(plain, cipher)) };
}

/**
 * A user's row: the password is hashed. `refresh` is removed: before there was a table of access tokens, logins put an
 * OAuth refresh token there, in the clear, and nothing reads it any more.
 */
export async function migrateUserRow(row: PlainItem): Promise<PlainItem | undefined> {
  const { refresh, ...kept } = row;
  const { password } = row;
  const changes: Record<string, unknown> = {};
  if (isText(password) && !isHashedPassword(password)) changes['password'] = await hashPassword(password);
  return changed(kept, changes) ?? (refresh === undefined ? undefined : kept);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function changed(row: PlainItem, changes: PlainItem): PlainItem | undefined {
  return Object.keys(changes).length === 0 ? undefined : { ...row, ...changes };
}

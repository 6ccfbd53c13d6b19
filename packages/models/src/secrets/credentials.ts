import type { Cipher } from './cipher.ts';

/** The fields of a provider that hold its login; no answer of the API shows them. */
export const CREDENTIAL_FIELDS = ['username', 'password'] as const;

/** A provider's login. */
export interface Credentials {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** Credentials as a provider's row holds them. */
export interface EncryptedCredentials extends Credentials {
  readonly encrypted: true;
}

/**
 * The attributes of a provider's row for credentials; only those that are given. An empty text hides nothing, and is
 * stored as it is.
 *
 * @throws what the cipher throws
 */
export async function encryptCredentials(plain: Credentials, cipher: Cipher): Promise<EncryptedCredentials> {
  return { ...(await mapTexts(plain, (text) => cipher.encrypt(text))), encrypted: true };
}

/**
 * The credentials in a provider's row. Without `encrypted: true` they are in the clear.
 *
 * @throws KeyPairCiphertextError for those that a key pair in S3 encrypted; else what the cipher throws
 */
export async function decryptCredentials(
  row: Credentials & { readonly encrypted?: boolean | undefined },
  cipher: Cipher,
): Promise<Credentials> {
  const encrypted = row.encrypted === true;
  return mapTexts(row, (text) => (encrypted ? cipher.decrypt(text) : Promise.resolve(text)));
}

/** Only the fields that are present, since the result is written over a row. */
async function mapTexts(row: Credentials, change: (text: string) => Promise<string>): Promise<Credentials> {
  const changed: { -readonly [field in keyof Credentials]: Credentials[field] } = {};
  for (const field of CREDENTIAL_FIELDS) {
    const text = row[field];
    if (text !== undefined) changed[field] = text === '' ? text : await change(text);
  }
  return changed;
}

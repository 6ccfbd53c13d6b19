import type { Cipher } from './cipher.ts';

/** The fields of a provider that hold what it is entered with; no answer shows them. */
export const CREDENTIAL_FIELDS = ['username', 'password'] as const;

/** What a provider is entered with. */
export interface Credentials {
  readonly username?: string;
  readonly password?: string;
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
  row: Credentials & { readonly encrypted?: boolean },
  cipher: Cipher,
): Promise<Credentials> {
  const encrypted = row.encrypted === true;
  return mapTexts(row, (text) => (encrypted ? cipher.decrypt(text) : Promise.resolve(text)));
}

async function mapTexts(
  { username, password }: Credentials,
  change: (text: string) => Promise<string>,
): Promise<Credentials> {
  const unlessEmpty = async (text: string) => (text === '' ? text : change(text));
  return {
    ...(username !== undefined && { username: await unlessEmpty(username) }),
    ...(password !== undefined && { password: await unlessEmpty(password) }),
  };
}

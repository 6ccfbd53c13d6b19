import { encrypterTo } from './encrypter.ts';

/**
 * Encrypts what is in memory.
 * @param recipients public keys that were checked
 * @returns a file of age
 */
export async function encryptBytes(bytes: Uint8Array, recipients: readonly string[]): Promise<Buffer> {
  const encrypter = await encrypterTo(recipients);
  return Buffer.from(await encrypter.encrypt(bytes));
}

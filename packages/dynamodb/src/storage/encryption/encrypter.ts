import type { Encrypter } from 'age-encryption';

/** What encrypts files. @param recipients public keys that were checked */
export async function encrypterTo(recipients: readonly string[]): Promise<Encrypter> {
  const age = await import('age-encryption');
  const encrypter = new age.Encrypter();
  for (const recipient of new Set(recipients)) encrypter.addRecipient(recipient);
  return encrypter;
}

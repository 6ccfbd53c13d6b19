import { generateX25519Identity, identityToRecipient } from 'age-encryption';

/** A key of age. */
export interface Key {
  readonly identity: string;
  readonly recipient: string;
}

export async function newKey(): Promise<Key> {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

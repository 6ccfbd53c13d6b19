export type { Cipher } from './cipher.ts';
export { CREDENTIAL_FIELDS, type Credentials } from './credentials.ts';
export { DecryptionError, EncryptionError, InvalidKeyError, KeyPairCiphertextError, NoCipherError } from './errors.ts';
export { localKeyCipher } from './local-key-cipher.ts';

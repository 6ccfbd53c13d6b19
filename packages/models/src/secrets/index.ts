export type { Cipher } from './cipher.ts';
export { cipherFromEnvironment, type Environment, KMS_KEY_VARIABLE } from './cipher-from-environment.ts';
export { CREDENTIAL_FIELDS, type Credentials } from './credentials.ts';
export { DecryptionError, EncryptionError, InvalidKeyError, KeyPairCiphertextError, NoCipherError } from './errors.ts';
export { type KmsCipherOptions, kmsCipher } from './kms-cipher.ts';
export { LOCAL_KEY_VARIABLE, localKeyCipher } from './local-key-cipher.ts';
export { hashToken } from './token-hash.ts';

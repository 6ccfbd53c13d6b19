import { CumulusError } from '@cumulus/dynamodb/aws';

/*
 * No message here holds a secret or a key, and none of these errors has one of the SDK's as its cause: that may carry the
 * raw answer, which of a decryption is the secret.
 */

/** A text could not be encrypted, so that nothing was stored. */
export class EncryptionError extends CumulusError {
  readonly code = 'ENCRYPTION_FAILED';
}

/** A ciphertext could not be decrypted: it is damaged, or needs another key. It was left as it is. */
export class DecryptionError extends CumulusError {
  readonly code: string = 'DECRYPTION_FAILED';
}

/**
 * KMS did not take for its own a text as long as an RSA ciphertext: earlier releases encrypted so by default, with a key
 * pair in the system bucket, which this release does not read.
 */
export class KeyPairCiphertextError extends DecryptionError {
  override readonly code = 'KEY_PAIR_CIPHERTEXT';
}

/** Something is to be encrypted or decrypted, and the deployment has nothing to do it with. */
export class NoCipherError extends CumulusError {
  readonly code = 'NO_CIPHER';
}

/** A key in the environment is not one. */
export class InvalidKeyError extends CumulusError {
  readonly code = 'INVALID_KEY';
}

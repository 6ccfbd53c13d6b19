import { CumulusError } from '@cumulus/dynamodb/aws';

/*
 * No message here holds a secret or a key. None of these errors has an error of the SDK as its cause, since that may
 * hold the raw answer, and the answer to a decryption is the secret.
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
 * KMS refused a text that is as long as an RSA ciphertext. By default, earlier releases encrypted with an RSA key pair
 * in the system bucket, which this release does not read.
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

/** Encrypts and decrypts the secrets of records. It does not show its keys, not even to `util.inspect`. */
export interface Cipher {
  /**
   * @param plain any well-formed Unicode text that the cipher has room for
   * @returns printable ASCII, another for each call
   * @throws EncryptionError when it cannot be encrypted, NoCipherError when there is nothing to do it with; ConnectionError,
   *   AccessDeniedError or ThrottledError when KMS is to do it, and cannot be asked
   */
  encrypt(plain: string): Promise<string>;

  /**
   * @throws DecryptionError when the ciphertext is damaged, of another key or another kind of cipher; else as
   *   {@link encrypt}
   */
  decrypt(ciphertext: string): Promise<string>;
}

import { FileLockedError, IdentityError } from '../errors.ts';

/** What each file of age begins with, whatever its version. */
const MAGIC = Buffer.from('age-encryption.org/v1\n');

/** Bytes of a file by which {@link isEncrypted} knows it. */
export const ENCRYPTED_MAGIC_BYTES = MAGIC.length;

/** Whether a file is encrypted by age. @param head its first bytes */
export function isEncrypted(head: Buffer): boolean {
  return head.subarray(0, MAGIC.length).equals(MAGIC);
}

/** Who may open an encrypted file, and what to call it. */
export interface DecryptOptions {
  /** What to call the file in messages. */
  readonly name: string;
  /** Secret keys, of which one has to open it. */
  readonly identities?: readonly string[] | undefined;
  /** The public keys that it is encrypted to, if that is known. */
  readonly recipients?: readonly string[] | undefined;
}

/** The code of the error for what is not as it was encrypted. */
export const DECRYPTION_FAILED = 'AGE_DAMAGED';

/**
 * Decrypts a file, in constant memory. No byte comes that is not as it was encrypted, and at its place.
 * @param stored the file's bytes; chunks have to stay valid
 * @throws FileLockedError without the right secret key; IdentityError for what is none
 * @throws Error with the code {@link DECRYPTION_FAILED} for what is cut short, altered, or followed by something else
 */
export async function* decrypt(
  stored: AsyncIterator<Uint8Array, void>,
  { name, identities = [], recipients }: DecryptOptions,
): AsyncGenerator<Buffer, void> {
  if (identities.length === 0) throw new FileLockedError(name, false, recipients);
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  for (const identity of identities) {
    try {
      decrypter.addIdentity(identity);
    } catch {
      // What the library says may hold the key.
      throw new IdentityError('One of the secret keys that were given is not one of age.');
    }
  }
  let failure: { readonly error: unknown } | undefined;
  const source = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const { value } = await stored.next();
          if (value === undefined) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          failure = { error };
          throw error;
        }
      },
      cancel: async () => {
        await stored.return?.();
      },
    },
    { highWaterMark: 0 },
  );
  try {
    for await (const chunk of await decrypter.decrypt(source)) {
      yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    }
  } catch (error) {
    // Reading failed, not what was read.
    if (failure !== undefined) throw failure.error;
    if (NO_MATCH.test((error as Error).message)) throw new FileLockedError(name, true, recipients);
    throw Object.assign(new Error((error as Error).message), { code: DECRYPTION_FAILED });
  } finally {
    await stored.return?.();
  }
}

/** The library has no class for it. */
const NO_MATCH = /^no identity matched/;

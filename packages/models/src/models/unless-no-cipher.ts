import { NoCipherError } from '../secrets/errors.ts';

/** Reading must not fail for want of a key: what an earlier release stored in the clear then stays so for now. */
export function unlessNoCipher(error: unknown): undefined {
  if (!(error instanceof NoCipherError)) throw error;
}

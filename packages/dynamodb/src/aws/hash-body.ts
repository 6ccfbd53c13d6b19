import { webcrypto } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { sha256 } from './signature.ts';

/** From how many processors on one is free for hashes: one is the caller's, one the network's. */
const MIN_PROCESSORS = 4;

/** Handing a smaller body to another thread takes longer than its hash. */
const MIN_BYTES = 32_768;

/**
 * The SHA-256 of a request's body, in hexadecimal. Where there are processors for it, a thread of Node's pool makes that of a
 * large body.
 */
export async function hashBody(body: Buffer, processors = availableParallelism()): Promise<string> {
  if (processors < MIN_PROCESSORS || body.length < MIN_BYTES) return sha256(body);
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', body)).toString('hex');
}

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** How long somebody may take to log in, in milliseconds. */
export const MAX_REQUEST_AGE = 3_600_000;

/** Bytes of the time, of what is random, and of the code by which an id is recognized. */
const TIME = 6;
const RANDOM = 12;
const CODE = 16;

/**
 * The ids of requests for a login. They are signed, so that an answer to a request is recognized by any function of a deployment,
 * without a record of those that are under way.
 */
export class RequestIds {
  readonly #secret: string;
  readonly #now: () => number;

  /** @param now in milliseconds since 1970 */
  constructor(secret: string, now: () => number) {
    this.#secret = secret;
    this.#now = now;
  }

  create(): string {
    const time = Buffer.alloc(TIME);
    time.writeUIntBE(this.#now(), 0, TIME);
    const head = Buffer.concat([time, randomBytes(RANDOM)]);
    // An id in XML begins with no digit.
    return `_${Buffer.concat([head, this.#code(head)]).toString('hex')}`;
  }

  /** When a request was made, in milliseconds since 1970; undefined if it is none of ours, or too long ago. */
  timeOf(id: string): number | undefined {
    if (!new RegExp(`^_[0-9a-f]{${2 * (TIME + RANDOM + CODE)}}$`).test(id)) return undefined;
    const bytes = Buffer.from(id.slice(1), 'hex');
    const head = bytes.subarray(0, TIME + RANDOM);
    if (!timingSafeEqual(bytes.subarray(TIME + RANDOM), this.#code(head))) return undefined;
    const time = head.readUIntBE(0, TIME);
    return this.#now() - time < MAX_REQUEST_AGE ? time : undefined;
  }

  #code(head: Buffer): Buffer {
    // The word keeps these codes apart from the signatures of tokens, which have the same secret.
    return createHmac('sha256', this.#secret).update('saml-request:').update(head).digest().subarray(0, CODE);
  }
}

import type { MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { RequestEnvironment } from './http-api.ts';

/** So many requests are worked on at once at the least, and at first; more as their time shows. */
const MIN_AT_ONCE = 10;

/**
 * Work that takes longer, in milliseconds, while as much goes on as may, says that it is too much. A page takes a tenth of it. Were
 * more let in, a turn of Node's loop would take so long that clients wait for their connection: it accepts one a turn.
 */
const SLOW = 500;

/** How much is worked on at once after such slow work, by what it was. */
const CUT = 0.7;

/** How long a request waits for its turn, in milliseconds. Clients wait 10 seconds and more for the answer. */
const MAX_WAIT = 2_000;

export interface LimitOptions {
  /** In milliseconds. */
  readonly slow?: number;
  /** In milliseconds. */
  readonly maxWait?: number;
}

/**
 * Answers a request with 503 and Retry-After while so many others are in progress, or where its turn does not come soon: who is
 * answered is answered before the client gives up, and memory stays bounded. How many are worked on at once is found out, as networks
 * do it, since it depends on the machine and on the requests.
 *
 * @param max in progress at once at the most, worked on or waiting for their turn; `Infinity` for no limit
 */
export function limitRequests(
  max: number,
  { slow = SLOW, maxWait = MAX_WAIT }: LimitOptions = {},
): MiddlewareHandler<RequestEnvironment> {
  let limit = max === Number.POSITIVE_INFINITY ? max : Math.min(max, MIN_AT_ONCE);
  let atWork = 0;
  let cutAt = Number.NEGATIVE_INFINITY;
  /** Those that wait, in their order; each is called with whether it may begin. */
  const waiting = new Set<(mayBegin: boolean) => void>();
  const isFree = (): boolean => atWork < Math.floor(limit);

  const begin = async (): Promise<boolean> => {
    if (waiting.size === 0 && isFree()) {
      atWork += 1;
      return true;
    }
    if (atWork + waiting.size >= max) return false;
    return new Promise((resolve) => {
      const settle = (mayBegin: boolean): void => {
        clearTimeout(timer);
        waiting.delete(settle);
        resolve(mayBegin);
      };
      const timer = setTimeout(() => settle(false), maxWait);
      waiting.add(settle);
    });
  };

  const end = (begunAt: number, wasFull: boolean): void => {
    atWork -= 1;
    const now = performance.now();
    if (wasFull && now - begunAt <= slow) limit = Math.min(max, limit + 1 / limit);
    // What began before the last cut says nothing of what that did.
    if (wasFull && now - begunAt > slow && begunAt > cutAt) {
      limit = Math.max(Math.min(max, MIN_AT_ONCE), limit * CUT);
      cutAt = now;
    }
    for (const settle of waiting) {
      if (!isFree()) break;
      atWork += 1;
      settle(true);
    }
  };

  return async (_context, next) => {
    if (!(await begin())) {
      throw new HTTPException(503, { message: 'The API answers many requests already. Send the request again later.' });
    }
    const begunAt = performance.now();
    const wasFull = !isFree();
    try {
      await next();
    } finally {
      end(begunAt, wasFull);
    }
  };
}

import type { MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { RequestEnvironment } from './http-api.ts';

/**
 * Answers a request with 503 and Retry-After while so many others are in progress: who is answered is answered soon, and
 * memory stays bounded.
 */
export function limitRequests(max: number): MiddlewareHandler<RequestEnvironment> {
  let inProgress = 0;
  return async (_context, next) => {
    if (inProgress >= max) {
      throw new HTTPException(503, {
        message: `The API answers ${max} requests already. Send the request again later.`,
      });
    }
    inProgress += 1;
    try {
      await next();
    } finally {
      inProgress -= 1;
    }
  };
}

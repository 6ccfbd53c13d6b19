import { randomUUID } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { RequestContext, RequestEnvironment } from '../http-api.ts';
import { isOurs, type Journal } from './journal.ts';

/** Gives each request an id, which its answer has as `X-Request-Id`, and tells the journal of it. */
export function observe(journal: Journal): MiddlewareHandler<RequestEnvironment> {
  return async (context, next) => {
    const begun = performance.now();
    const requestId = idOf(context);
    context.set('requestId', requestId);
    context.header('X-Request-Id', requestId);
    await next();
    context.header('X-Request-Id', requestId);
    const { status } = context.res;
    journal.request({
      requestId,
      method: context.req.method,
      route: routeOf(context),
      status,
      latency: performance.now() - begun,
      userName: context.get('userName'),
      ...(isOurs(status) && context.error !== undefined ? { error: context.error } : {}),
    });
  };
}

/** The pattern of the route that answered; middleware is matched by others. */
function routeOf(context: RequestContext): string {
  return matchedRoutes(context).findLast(({ path }) => !path.endsWith('/*'))?.path ?? 'none';
}

/** AWS's own on Lambda, by which its other logs can be found. */
function idOf(context: RequestContext): string {
  const { lambdaContext } = (context.env ?? {}) as { readonly lambdaContext?: { readonly awsRequestId?: string } };
  return lambdaContext?.awsRequestId ?? randomUUID();
}

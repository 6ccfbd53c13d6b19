import { randomUUID } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { isServerError, type RequestLog } from '../logging/request-log.ts';
import type { RequestContext, RequestEnvironment } from './http-api.ts';

/** Gives each request an id, which its answer has as `X-Request-Id`, and logs the request. */
export function logRequests(requestLog: RequestLog): MiddlewareHandler<RequestEnvironment> {
  return async (context, next) => {
    const started = performance.now();
    const requestId = idOf(context);
    context.set('requestId', requestId);
    context.header('X-Request-Id', requestId);
    await next();
    context.header('X-Request-Id', requestId);
    const { status } = context.res;
    requestLog.request({
      requestId,
      method: context.req.method,
      route: routeOf(context),
      status,
      latency: performance.now() - started,
      userName: context.get('userName'),
      error: isServerError(status) ? context.error : undefined,
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

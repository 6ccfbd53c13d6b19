import type { RequestContext } from './http-api.ts';

/** Keeps an answer with a token out of caches. */
export function noStore(context: RequestContext): RequestContext {
  context.header('Cache-Control', 'no-store');
  return context;
}

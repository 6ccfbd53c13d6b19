import { accepts } from 'hono/accepts';
import type { RequestContext } from './http-api.ts';

/** Whether a client would rather have a page than JSON, as browsers say that open an address. Without a preference it gets JSON. */
export function wantsPage(context: RequestContext): boolean {
  const supports = ['application/json', 'text/html'];
  return accepts(context, { header: 'Accept', supports, default: 'application/json' }) === 'text/html';
}

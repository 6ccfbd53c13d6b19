import { isLoopback } from '@cumulus/dynamodb/aws';
import { HTTPException } from 'hono/http-exception';
import { errorAnswer } from '../../http/error-answer.ts';
import type { Settings } from '../../settings.ts';
import type { Fetch } from './pending-app.ts';

/**
 * Restricts an API without login to programs of this machine. A web page of another site, in a browser here, can reach this
 * address too: by a name whose owner lets it point here (DNS rebinding), or by a request that needs no answer.
 */
export function localRequestsOnly(fetch: Fetch, { dashboardOrigins }: Pick<Settings, 'dashboardOrigins'>): Fetch {
  return (request) => {
    const host = new URL(request.url).hostname;
    const origin = request.headers.get('Origin');
    const isAllowed =
      origin === null ||
      dashboardOrigins.includes(origin) ||
      (URL.canParse(origin) && isLoopback(new URL(origin).hostname));
    if (isLoopback(host) && isAllowed) return fetch(request);
    const answer = errorAnswer(new HTTPException(403, { message: 'Without login this API is for this machine only.' }));
    return Response.json(answer, { status: answer.statusCode });
  };
}

import { HTTPException } from 'hono/http-exception';
import { errorAnswer } from '../answers/error-answer.ts';
import { isLoopback, type Settings } from '../settings.ts';
import type { Fetch } from './gate.ts';

/**
 * Keeps an API without login to the programs of this machine. A page of a foreign site, in a browser here, reaches this
 * address too: by a name that its owner lets point here (DNS rebinding), or by a request that needs no answer.
 */
export function onlyFromHere(fetch: Fetch, { dashboardOrigins }: Pick<Settings, 'dashboardOrigins'>): Fetch {
  return (request) => {
    const host = new URL(request.url).hostname;
    const origin = request.headers.get('Origin');
    const isOurs =
      origin === null ||
      dashboardOrigins.includes(origin) ||
      (URL.canParse(origin) && isLoopback(new URL(origin).hostname));
    if (isLoopback(host) && isOurs) return fetch(request);
    const answer = errorAnswer(new HTTPException(403, { message: 'Without login this API is for this machine only.' }));
    return Response.json(answer, { status: answer.statusCode });
  };
}

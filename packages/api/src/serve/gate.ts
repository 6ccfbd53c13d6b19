import { HTTPException } from 'hono/http-exception';
import { errorAnswer } from '../answers/error-answer.ts';

export type Fetch = (request: Request) => Response | Promise<Response>;

/** Holds a port while what is to be served there is still being made: until it is open, requests are answered by 503. */
export class Gate {
  #fetch: Fetch = notYet;

  readonly fetch: Fetch = (request) => this.#fetch(request);

  open(fetch: Fetch): void {
    this.#fetch = fetch;
  }
}

function notYet(): Response {
  const answer = errorAnswer(new HTTPException(503, { message: 'The API is starting: ask again in a moment.' }));
  return Response.json(answer, { status: answer.statusCode });
}

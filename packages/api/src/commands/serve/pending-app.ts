import { HTTPException } from 'hono/http-exception';
import { errorAnswer } from '../../http/error-answer.ts';

export type Fetch = (request: Request) => Response | Promise<Response>;

/** An app that is still being prepared while its port is open already: it answers 503 until it is started. */
export class PendingApp {
  #fetch: Fetch = answerStarting;

  readonly fetch: Fetch = (request) => this.#fetch(request);

  start(fetch: Fetch): void {
    this.#fetch = fetch;
  }
}

function answerStarting(): Response {
  const answer = errorAnswer(new HTTPException(503, { message: 'The API is starting: ask again in a moment.' }));
  return Response.json(answer, { status: answer.statusCode });
}

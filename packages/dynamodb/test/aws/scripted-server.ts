import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

type Answer = (response: ServerResponse) => void;

export interface ReceivedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A server that keeps what it receives, and answers as it was given. */
export class ScriptedServer {
  received: ReceivedRequest[] = [];
  /** What it does with the requests, one after the other. */
  answers: Answer[] = [];
  readonly #otherwise: Answer;
  readonly #server = createServer(async (request, response) => {
    this.received.push({ headers: request.headers, body: await buffer(request) });
    const answer = this.answers.shift() ?? this.#otherwise;
    answer(response);
  });

  /** @param otherwise what it does with all requests after these */
  constructor(otherwise: Answer) {
    this.#otherwise = otherwise;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  forget(): void {
    this.received = [];
    this.answers = [];
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

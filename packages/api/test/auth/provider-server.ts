import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';

/** What the provider has been asked. */
export interface Asked {
  readonly path: string;
  readonly method: string;
  readonly authorization: string | undefined;
  readonly body: URLSearchParams;
}

/** How the provider answers at a path. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A login provider that answers as each test has it: also as none that is well does. */
export class ProviderServer {
  readonly asked: Asked[] = [];
  readonly answers = new Map<string, Answer>();
  readonly #server = createServer();

  constructor() {
    this.#server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
      const { url: path = '', method = '', headers } = request;
      const body = new URLSearchParams(await text(request));
      this.asked.push({ path, method, authorization: headers.authorization, body });
      const answer = this.answers.get(path) ?? json(404, {});
      answer(request, response);
    });
    beforeAll(() => new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve)));
    beforeEach(() => {
      this.asked.length = 0;
      this.answers.clear();
    });
    afterAll(() => {
      this.#server.close();
      this.#server.closeAllConnections();
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
}

/** An answer of JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', ...headers });
    response.end(JSON.stringify(body));
  };
}

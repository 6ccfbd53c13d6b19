import { request as ask, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { S3Client } from '@aws-sdk/client-s3';
import { createS3Client } from '../../../src/aws/client.ts';

/** What is done with requests for an object: nothing is the usual. */
export type Treatment = 'deny' | 'throttle' | 'hold';

const ERRORS = { deny: [403, 'AccessDenied'], throttle: [503, 'SlowDown'] } as const;

/** Stands before moto, and passes requests on but for those that are to be denied, throttled or held, as S3 documents that. */
export class S3Front {
  readonly #behind: URL;
  readonly #server: Server;
  readonly #treatments = new Map<string, Treatment>();
  readonly #held: (() => void)[] = [];
  #reached: (() => void) | undefined;

  private constructor(behind: string) {
    this.#behind = new URL(behind);
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  static async start(behind: string): Promise<S3Front> {
    const front = new S3Front(behind);
    await new Promise<void>((resolve) => front.#server.listen(0, '127.0.0.1', resolve));
    return front;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A client that gives up soon. */
  client(): Promise<S3Client> {
    const retryPolicy = { maxAttempts: 2, retryTimeout: 100, initialDelay: 5 };
    return createS3Client({ endpoint: this.endpoint, retryPolicy });
  }

  treat(key: string, treatment: Treatment | undefined): void {
    if (treatment === undefined) this.#treatments.delete(key);
    else this.#treatments.set(key, treatment);
  }

  /** Waits until a request is held. */
  async holds(): Promise<void> {
    if (this.#held.length > 0) return;
    await new Promise<void>((resolve) => {
      this.#reached = resolve;
    });
  }

  /** Has all pass that is held, and holds nothing any more. */
  release(): void {
    for (const [key, treatment] of this.#treatments) if (treatment === 'hold') this.#treatments.delete(key);
    for (const pass of this.#held.splice(0)) pass();
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', this.#behind);
    const key = decodeURIComponent(pathname.split('/').slice(2).join('/'));
    const treatment = this.#treatments.get(key);
    if (treatment === 'deny' || treatment === 'throttle') {
      const [status, code] = ERRORS[treatment];
      const body =
        request.method === 'HEAD' ? '' : `<Error><Code>${code}</Code><Message>${code}, played</Message></Error>`;
      response.writeHead(status, { 'content-type': 'application/xml' }).end(body);
      return;
    }
    if (treatment === 'hold') {
      await new Promise<void>((resolve) => {
        this.#held.push(resolve);
        this.#reached?.();
      });
    }
    const { method, headers, url } = request;
    const passed = ask(new URL(url ?? '/', this.#behind), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    response.on('close', () => passed.destroy());
    request.pipe(passed);
  }
}

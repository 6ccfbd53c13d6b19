import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** DynamoDB's API, in the header that names an operation. */
const API = 'DynamoDB_20120810';

/** An item, or a part of one, in DynamoDB's JSON. */
export type Attributes = Readonly<Record<string, unknown>>;

/** An answer to a request, as it goes over HTTP. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An answer to an operation. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Asks dynalite to do an operation. */
export type Ask = (operation: string, input: object) => Promise<Answer>;

/** dynalite, as it is reached over HTTP. */
export class Engine {
  readonly #endpoint: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  /** Sends a request as it came. */
  send(method: string | undefined, headers: IncomingHttpHeaders, body: Buffer): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const sent = request(this.#endpoint, {
        method,
        agent: this.#agent,
        headers: { ...withoutHop(headers), 'content-length': body.length },
      });
      sent.once('error', reject).once('response', (response) => {
        buffer(response).then(
          (answer) =>
            resolve({ status: response.statusCode ?? 500, headers: withoutHop(response.headers), body: answer }),
          reject,
        );
      });
      sent.end(body);
    });
  }

  /** Operations with the credentials in a request's headers. */
  asker(headers: IncomingHttpHeaders): Ask {
    return async (operation, input) => {
      const body = Buffer.from(JSON.stringify(input));
      const answer = await this.send('POST', { ...headers, 'x-amz-target': `${API}.${operation}` }, body);
      return { status: answer.status, body: JSON.parse(answer.body.toString()) };
    };
  }

  /** Gives up all connections. */
  close(): void {
    this.#agent.destroy();
  }
}

/** Without the headers that are about one connection. */
function withoutHop(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { connection, 'keep-alive': keepAlive, 'transfer-encoding': transferEncoding, expect, ...others } = headers;
  return others;
}

import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';

/** A request of the command to DynamoDB, or to S3. */
export interface Call {
  /** The API action, such as `Scan`; of S3 the method and the URL's path and query: `GET /bucket/key?x-id=GetObject`. */
  readonly action: string;
  /** Counted from 1 over all calls. */
  readonly number: number;
  readonly body: Buffer;
}

/** What the command gets back. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
  /** Those of S3's, which say most of its answer. */
  readonly headers?: IncomingHttpHeaders;
  /** After so many bytes of the body the connection ends. */
  readonly cutAfter?: number;
  /** Set if this is not what DynamoDB said. */
  readonly fault?: true;
}

/** Does something to a call or to its answer, or lets it pass. */
export type Fault = (call: Call, pass: (body?: Buffer) => Promise<Answer>) => Promise<Answer>;

/** Stands between the command and the tests' DynamoDB, or another that is named, and puts faults in. */
export class FaultProxy {
  readonly #server = createServer((incoming, outgoing) => void this.#serve(incoming, outgoing));
  readonly #agent = new Agent({ keepAlive: true });
  readonly #faults: readonly Fault[];
  readonly #target: string;
  readonly #awaited = new Map<number, () => void>();
  #calls = 0;
  #faultCount = 0;

  private constructor(faults: readonly Fault[], target: string) {
    this.#faults = faults;
    this.#target = target;
  }

  static async start(faults: readonly Fault[], target = process.env['AWS_ENDPOINT_URL_DYNAMODB']): Promise<FaultProxy> {
    if (target === undefined) throw new Error('The tests need AWS_ENDPOINT_URL_DYNAMODB.');
    const proxy = new FaultProxy(faults, target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** Where it listens. */
  get endpoint(): string {
    return this.#url;
  }

  /** The environment variables by which a command asks DynamoDB through this proxy. */
  get environment(): NodeJS.ProcessEnv {
    return { AWS_ENDPOINT_URL_DYNAMODB: this.#url };
  }

  /** The environment variables by which a command asks S3 through this proxy. */
  get environmentOfS3(): NodeJS.ProcessEnv {
    return { AWS_ENDPOINT_URL_S3: this.#url };
  }

  /** The environment variables by which a command asks Step Functions through this proxy. */
  get environmentOfStepFunctions(): NodeJS.ProcessEnv {
    return { AWS_ENDPOINT_URL_SFN: this.#url };
  }

  /** Calls that arrived. */
  get calls(): number {
    return this.#calls;
  }

  /** Answers that were not DynamoDB's. */
  get faults(): number {
    return this.#faultCount;
  }

  /** Resolves when the call of this number arrives, which may be never. */
  reached(call: number): Promise<void> {
    return new Promise((resolve) => this.#awaited.set(call, resolve));
  }

  /** From now on nobody listens, and open connections are reset. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    this.#agent.destroy();
    await closed;
  }

  get #url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      const body = await bodyOf(incoming);
      const action = actionOf(incoming);
      this.#calls += 1;
      const number = this.#calls;
      this.#awaited.get(number)?.();
      const pass = (changed: Buffer = body): Promise<Answer> => this.#forward(incoming, changed);
      const faulty = this.#faults.reduceRight<(changed?: Buffer) => Promise<Answer>>((next, fault) => {
        return (changed = body) => fault({ action, number, body: changed }, next);
      }, pass);
      send(outgoing, await this.#counted(faulty()));
    } catch {
      // The command, or the proxy, went away in the middle.
      outgoing.destroy();
    }
  }

  async #counted(answer: Promise<Answer>): Promise<Answer> {
    const given = await answer;
    if (given.fault) this.#faultCount += 1;
    return given;
  }

  #forward({ headers: asked, method, url }: IncomingMessage, body: Buffer): Promise<Answer> {
    // The proxy has the whole body already, so that nobody has to be asked whether to send it.
    const { expect, ...headers } = asked;
    return new Promise((resolve, reject) => {
      const forwarded = request(
        new URL(url ?? '/', this.#target),
        {
          method,
          agent: this.#agent,
          headers: { ...headers, host: new URL(this.#target).host, 'content-length': String(body.length) },
        },
        (response) => {
          bodyOf(response).then(
            (answer) =>
              resolve({
                status: response.statusCode ?? 500,
                type: String(response.headers['content-type']),
                body: answer,
                ...(isOfDynamoDB(headers) ? {} : { headers: answerHeaders(response, method) }),
              }),
            reject,
          );
        },
      );
      forwarded.on('error', reject);
      forwarded.end(body);
    });
  }
}

/** Gives a work a proxy with these faults, and stops it afterwards. */
export async function withFaults<T>(
  faults: readonly Fault[],
  work: (proxy: FaultProxy) => Promise<T>,
  target?: string,
): Promise<T> {
  const proxy = await FaultProxy.start(faults, target);
  try {
    return await work(proxy);
  } finally {
    await proxy.stop();
  }
}

/** Each request of many tests comes by here: `buffer` of `node:stream/consumers` takes several times as long. */
function bodyOf(message: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => void chunks.push(chunk));
    message.once('end', () => resolve(Buffer.concat(chunks)));
    message.once('error', reject);
    message.once('close', () => reject(new Error('The connection was lost.')));
  });
}

function isOfDynamoDB(headers: IncomingHttpHeaders): boolean {
  return headers['x-amz-target'] !== undefined;
}

function actionOf({ headers, method, url }: IncomingMessage): string {
  return isOfDynamoDB(headers) ? String(headers['x-amz-target']).replace(/^.*\./, '') : `${method} ${url}`;
}

/** The answer to HEAD has the length of a body that it does not have; of any other the length is that of its body. */
function answerHeaders({ headers }: IncomingMessage, method: string | undefined): IncomingHttpHeaders {
  const { connection, 'transfer-encoding': encoding, 'content-length': length, ...others } = headers;
  return method === 'HEAD' && length !== undefined ? { ...others, 'content-length': length } : others;
}

/** DynamoDB's answers have a checksum. That of a body that a fault made is the body's own, unless the fault says otherwise. */
function send(outgoing: ServerResponse, { status, type, body, headers, cutAfter }: Answer): void {
  const said = headers ?? { 'x-amz-crc32': String(crc32(body)) };
  outgoing.writeHead(status, { 'content-length': body.length, ...said, 'content-type': type });
  if (cutAfter === undefined) outgoing.end(body);
  else outgoing.write(body.subarray(0, cutAfter), () => outgoing.destroy());
}

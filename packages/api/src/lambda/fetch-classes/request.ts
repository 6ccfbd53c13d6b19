import { LightHeaders } from './headers.ts';

/** Methods that are the same in small letters. */
const IN_CAPITALS = /^(?:delete|get|head|options|post|put)$/i;
const FORBIDDEN = /^(?:connect|trace|track)$/i;
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

type Init = ConstructorParameters<typeof Request>[1];

/** What {@link LightRequest} has of `Request`. */
type Fields = 'body' | 'bodyUsed' | 'method' | 'url' | 'arrayBuffer' | 'json' | 'text';

/** `Request` of the Fetch standard, for requests that have only a method and headers. All others are Node's own. */
export class LightRequest implements Pick<Request, Fields> {
  readonly method: string;
  readonly url: string;
  readonly headers: LightHeaders;
  readonly body = null;
  readonly bodyUsed = false;

  constructor(input: string | URL | Request | LightRequest, init: Init = {}) {
    const { method = 'GET', headers, body, ...others } = init;
    const isPlain = (typeof input === 'string' || input instanceof URL) && Object.keys(others).length === 0;
    this.method = methodOf(method);
    this.url = isPlain ? urlOf(input) : '';
    this.headers = new LightHeaders(headers ?? {});
    // biome-ignore lint/correctness/noConstructorReturn: it is to be called as Node's own is.
    if (!isPlain || (body !== null && body !== undefined)) return nodesOwn(input, init) as unknown as LightRequest;
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return new ArrayBuffer(0);
  }

  async json(): Promise<unknown> {
    return JSON.parse('');
  }

  async text(): Promise<string> {
    return '';
  }
}

function nodesOwn(input: string | URL | Request | LightRequest, init: Init): Request {
  if (!(input instanceof LightRequest)) return new Request(input, init);
  const { url, method, headers } = input;
  return new Request(url, { method, headers: [...headers], ...init });
}

function methodOf(method: string): string {
  if (!METHOD.test(method) || FORBIDDEN.test(method)) throw new TypeError(`${method} is no method of a request.`);
  return IN_CAPITALS.test(method) ? method.toUpperCase() : method;
}

function urlOf(text: string | URL): string {
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') throw new TypeError('A URL with credentials is none of a request.');
  return url.href;
}

import { toUSVString } from 'node:util';
import { LightHeaders } from './headers.ts';
import { TextBody } from './text-body.ts';

const MIN_STATUS = 200;
const MAX_STATUS = 599;
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

type Body = ConstructorParameters<typeof Response>[0];
type Init = Omit<NonNullable<ConstructorParameters<typeof Response>[1]>, 'headers'> & {
  readonly headers?: ConstructorParameters<typeof LightHeaders>[0];
};

/** What {@link LightResponse} has of `Response`. */
type Fields = 'body' | 'bodyUsed' | 'ok' | 'status' | 'statusText' | 'arrayBuffer' | 'json' | 'text';

/** `Response` of the Fetch standard, for answers without a body or with a text. All others are Node's own. */
export class LightResponse implements Pick<Response, Fields> {
  readonly status: number;
  readonly statusText: string;
  readonly headers: LightHeaders;
  readonly #body: TextBody | undefined;

  constructor(body: Body | null = null, { status = 200, statusText = '', headers = {} }: Init = {}) {
    if (status < MIN_STATUS || status > MAX_STATUS) throw new RangeError(`${status} is no status of an answer.`);
    this.status = status;
    this.statusText = statusText;
    this.headers = new LightHeaders(headers);
    const text = TextBody.of(body);
    this.#body = text ?? undefined;
    // biome-ignore lint/correctness/noConstructorReturn: it is to be called as Node's own is.
    if (text === undefined) return nodesOwn(body, this);
    if (text !== null && WITHOUT_BODY.has(status)) throw new TypeError(`An answer of status ${status} has no body.`);
    if (typeof body === 'string' && !this.headers.has('content-type'))
      this.headers.set('content-type', 'text/plain;charset=UTF-8');
  }

  get ok(): boolean {
    return this.status < 300;
  }

  get body(): ReadableStream | null {
    return this.#body?.stream ?? null;
  }

  get bodyUsed(): boolean {
    return this.#body?.isUsed ?? false;
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return new TextEncoder().encode(this.#body?.take()).slice().buffer;
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  async text(): Promise<string> {
    // As decoding does: what is no character is replaced, and a mark of the byte order left out.
    return toUSVString(this.#body?.take() ?? '').replace(/^\ufeff/, '');
  }
}

function nodesOwn(body: Body | null, { status, statusText, headers }: LightResponse): LightResponse {
  return new Response(body, { status, statusText, headers: [...headers] }) as unknown as LightResponse;
}

import { Readable } from 'node:stream';
import { HttpRequest } from '@smithy/core/protocols';
import { type ClientCertificate, Connections, type ConnectionTimeouts } from './connections.ts';

/** As much of the global `fetch` as is needed for servers that are not AWS's. */
export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

type Body = ConstructorParameters<typeof Response>[0];

/** Statuses whose answers have no body. */
const WITHOUT_BODY: readonly number[] = [204, 205, 304];

/**
 * A `fetch` that connects as clients of AWS do, by {@link Connections}: through the proxy that the environment names, which the global one of
 * Node does not ask, with a client's certificate if there is one. A server may also have a certificate of those that Node trusts by itself:
 * behind a proxy that opens TLS there are servers of both kinds.
 *
 * Redirects are not followed: one is an error unless `redirect` is `manual`. Answers are not asked for in a compressed form.
 * @returns a function that throws a ConnectionError where the proxy refuses, or certificates cannot be read; what Node says of the network;
 *   a TypeError for a redirect
 *
 * @example
 * ```ts
 * import { createFetch } from '@cumulus/dynamodb/aws';
 *
 * const fetch = createFetch({ connectionTimeout: 5_000, socketTimeout: 15_000 });
 * const { status } = await fetch('https://cmr.earthdata.nasa.gov/search/health');
 * ```
 */
export function createFetch(timeouts: ConnectionTimeouts, certificate: ClientCertificate = {}): Fetch {
  const connections = new Connections(timeouts, undefined, { toOthers: certificate });
  return async (url, init) => {
    const asked = new Request(url, init);
    // That of the Request is lost with it, while the answer is still being read.
    const signal = init?.signal ?? undefined;
    const { response } = await connections
      .handle(await httpRequestOf(asked), signal && { abortSignal: signal })
      .catch((error: unknown) => {
        throw signal?.aborted ? signal.reason : error;
      });
    const { statusCode: status, reason: statusText = '', headers } = response;
    const body = response.body as Readable;
    if (signal !== undefined) endWith(body, signal);
    if (asked.redirect !== 'manual' && status >= 300 && status < 400 && status !== 304) {
      body.destroy();
      throw new TypeError(`${asked.url} answers with a redirect (${status}).`);
    }
    if (WITHOUT_BODY.includes(status)) {
      body.resume();
      return new Response(null, { status, statusText, headers });
    }
    return new Response(Readable.toWeb(body) as Body, { status, statusText, headers });
  };
}

function endWith(body: Readable, signal: AbortSignal): void {
  const end = (): void => {
    body.destroy(signal.reason);
  };
  signal.addEventListener('abort', end, { once: true });
  body.once('close', () => signal.removeEventListener('abort', end));
}

async function httpRequestOf(asked: Request): Promise<HttpRequest> {
  const { protocol, hostname, port, pathname, search } = new URL(asked.url);
  const body = asked.body === null ? undefined : Buffer.from(await asked.arrayBuffer());
  return new HttpRequest({
    protocol,
    hostname,
    ...(port !== '' && { port: Number(port) }),
    path: pathname + search,
    method: asked.method,
    headers: {
      ...Object.fromEntries(asked.headers),
      ...(body !== undefined && { 'content-length': String(body.length) }),
    },
    body,
  });
}

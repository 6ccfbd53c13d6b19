import { readFile } from 'node:fs/promises';
import tls from 'node:tls';
import { loadSharedConfigFiles } from '@smithy/core/config';
import type { HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import type { HttpHandlerOptions, RequestHandler } from '@smithy/types';
import { ConnectionError } from './errors.ts';
import { isLoopback } from './is-loopback.ts';

/** How long a connection may take to open, and an open one may be silent, in milliseconds. */
export interface ConnectionTimeouts {
  readonly connectionTimeout: number;
  readonly socketTimeout: number;
}

/** By what a client shows to a server who it is, over TLS; nothing where it shows none. */
export interface ClientCertificate {
  /** In PKCS #12. */
  readonly pfx?: Buffer;
  readonly passphrase?: string;
}

/** Connections are kept for the next request, and so many are open at once. */
const POOL = { keepAlive: true, maxSockets: 256 } as const;

/**
 * How a client of AWS connects: straight, or by the proxy that the environment names, and whose certificates it takes. The proxy
 * is that of `HTTPS_PROXY`, `HTTP_PROXY` or `ALL_PROXY`, also in small letters, unless `NO_PROXY` has the host. This machine's own
 * addresses are always asked straight. A server's certificate must be of an authority in the file of `AWS_CA_BUNDLE`, else of the
 * profile's `ca_bundle`, else of those that Node knows. Servers of others may have one of either kind.
 * https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-proxy.html
 *
 * Nothing is read before the first request. A file that cannot be read and a proxy that refuses fail it with a
 * {@link ConnectionError} that names them.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { Connections } from '@cumulus/dynamodb/aws';
 *
 * const requestHandler = new Connections({ connectionTimeout: 5_000, socketTimeout: 20_000 });
 * const client = new DynamoDBClient({ region: 'us-east-1', requestHandler });
 * ```
 */
export class Connections implements RequestHandler<HttpRequest, HttpResponse, HttpHandlerOptions> {
  readonly metadata = { handlerProtocol: 'http/1.1' };
  readonly #timeouts: ConnectionTimeouts;
  readonly #profile: string | undefined;
  readonly #toOthers: ClientCertificate | undefined;
  /** By the origin that is asked, the URL of its proxy; '' is none. */
  readonly #proxies = new Map<string, Promise<string>>();
  /** By the URL of the proxy. */
  readonly #handlers = new Map<string, Promise<NodeHttpHandler>>();
  /** What the client sets later, which holds for all handlers. */
  readonly #settings: NodeHttpHandlerOptions = {};
  #authorities: Promise<string | undefined> | undefined;

  constructor(
    timeouts: ConnectionTimeouts,
    profile?: string | undefined,
    { toOthers }: { readonly toOthers?: ClientCertificate } = {},
  ) {
    this.#timeouts = timeouts;
    this.#profile = profile;
    this.#toOthers = toOthers;
  }

  /** Connections of another client of the same deployment: those of the same profile, with time-outs of their own. */
  static like(
    { config }: { readonly config: { readonly requestHandler: unknown } },
    timeouts: ConnectionTimeouts,
  ): Connections {
    const { requestHandler } = config;
    return new Connections(timeouts, requestHandler instanceof Connections ? requestHandler.#profile : undefined);
  }

  async handle(request: HttpRequest, options?: HttpHandlerOptions): Promise<{ response: HttpResponse }> {
    const proxy = await this.#proxyOf(request);
    const handler = await this.#handlerOf(proxy);
    const answer = await handler.handle(request, options).catch((error: unknown) => {
      throw proxy === '' ? error : Object.assign(error as Error, { proxy: hidePassword(proxy) });
    });
    // Within a tunnel the answer is AWS's; without TLS there is none, and no service of AWS has this status.
    const { statusCode, reason } = answer.response;
    if (proxy !== '' && statusCode === 407) throw refusalOf(proxy, request.hostname, statusCode, reason);
    return answer;
  }

  updateHttpClientConfig(key: keyof NodeHttpHandlerOptions, value: NodeHttpHandlerOptions[typeof key]): void {
    Object.assign(this.#settings, { [key]: value });
    for (const handler of this.#handlers.values()) {
      handler.then(
        (made) => made.updateHttpClientConfig(key, value),
        () => undefined,
      );
    }
  }

  httpHandlerConfigs(): NodeHttpHandlerOptions {
    return { ...this.#timeouts, ...this.#settings };
  }

  destroy(): void {
    for (const handler of this.#handlers.values()) {
      handler.then(
        (made) => made.destroy(),
        () => undefined,
      );
    }
  }

  #proxyOf({ protocol, hostname, port }: HttpRequest): Promise<string> {
    const origin = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`;
    let proxy = this.#proxies.get(origin);
    if (proxy === undefined) {
      proxy = findProxy(origin, hostname);
      this.#proxies.set(origin, proxy);
    }
    return proxy;
  }

  #handlerOf(proxy: string): Promise<NodeHttpHandler> {
    let handler = this.#handlers.get(proxy);
    if (handler === undefined) {
      handler = this.#createHandler(proxy);
      this.#handlers.set(proxy, handler);
    }
    return handler;
  }

  async #createHandler(proxy: string): Promise<NodeHttpHandler> {
    this.#authorities ??= readAuthorities(this.#profile);
    const own = await this.#authorities;
    const ca = own === undefined || this.#toOthers === undefined ? own : [...(await defaultAuthorities()), own];
    const pool = { ...POOL, ...this.#toOthers, ...(ca !== undefined && { ca }) };
    const agents = proxy === '' ? { httpAgent: POOL, httpsAgent: pool } : await createProxyAgents(proxy, pool);
    const handler = new NodeHttpHandler({ ...this.#timeouts, ...agents });
    for (const [key, value] of Object.entries(this.#settings)) {
      handler.updateHttpClientConfig(key as keyof NodeHttpHandlerOptions, value);
    }
    return handler;
  }
}

async function createProxyAgents(proxy: string, pool: typeof POOL & { readonly ca?: string | string[] }) {
  const [{ HttpProxyAgent }, { HttpsProxyAgent }] = await Promise.all([
    import('http-proxy-agent'),
    import('https-proxy-agent'),
  ]);
  const httpsAgent = new HttpsProxyAgent(proxy, pool);
  // What it is given holds for the connection to the proxy; this is for the one within.
  Object.assign(httpsAgent.options, pool);
  httpsAgent.on('proxyConnect', ({ statusCode, statusText }, request) => {
    // Otherwise the proxy's page would be taken for the server's answer.
    if (statusCode !== 200) request.destroy(refusalOf(proxy, request.host, statusCode, statusText));
  });
  return { httpAgent: new HttpProxyAgent(proxy, POOL), httpsAgent };
}

/** The URL of the proxy for an origin; '' for none. */
async function findProxy(origin: string, hostname: string): Promise<string> {
  const named = namedProxies(process.env);
  // Names below localhost are this machine's too: https://www.rfc-editor.org/rfc/rfc6761#section-6.3
  if (named.length === 0 || isLoopback(hostname) || hostname.endsWith('.localhost') || isBelowExempt(hostname))
    return '';
  const { getProxyForUrl } = await import('proxy-from-env');
  const found = getProxyForUrl(origin);
  if (found === '') return '';
  // One that is named without a scheme gets that of the request; the AWS CLI and curl ask it without TLS.
  const proxy = named.includes(found) ? found : found.replace(/^https:/, 'http:');
  const called = `The proxy for ${hostname}, ${hidePassword(proxy)},`;
  if (!URL.canParse(proxy)) throw new ConnectionError(`${called} is no URL.`);
  const { protocol, pathname, search, hash } = new URL(proxy);
  // Otherwise the host would be a piece of the password, which the network's errors show.
  if (`${pathname}${search}${hash}`.includes('@')) {
    throw new ConnectionError(`${called} has a name or password with a character that URLs do not have there.`, [
      'Write it by its number: %2F for /, %23 for #, %3F for ?, %40 for @.',
    ]);
  }
  if (protocol === 'http:' || protocol === 'https:') return proxy;
  throw new ConnectionError(`${called} is asked by ${protocol.slice(0, -1)}, which is not supported.`, [
    'Name one that is asked by http or https in HTTPS_PROXY, or have the host asked straight by NO_PROXY.',
  ]);
}

/** The values of the variables that name proxies. */
function namedProxies(environment: NodeJS.ProcessEnv): readonly string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    /^(https?|all)_proxy$/i.test(name) && value ? [value] : [],
  );
}

/** Whether `NO_PROXY` has a domain of the host. The library takes `example.com` for that host alone, the AWS CLI and curl for all below it. */
function isBelowExempt(hostname: string): boolean {
  const domains = (process.env['no_proxy'] || process.env['NO_PROXY'] || '').toLowerCase().split(/[,\s]+/);
  return domains.some((domain) => domain !== '' && hostname.endsWith(`.${domain}`));
}

function refusalOf(proxy: string, host: string, status: number, said: string | undefined): ConnectionError {
  const words = [status, said].filter(Boolean).join(' ');
  const advice = status === 407 ? ['It needs a name and password: http://NAME:PASSWORD@HOST:PORT'] : [];
  const refusal = new ConnectionError(
    `The proxy ${hidePassword(proxy)} refused to connect to ${host}: ${words}`,
    advice,
  );
  // By this mark the SDK asks again: the proxy may be overloaded, or not reach the host for a moment.
  return status === 429 || status >= 500 ? Object.assign(refusal, { $retryable: {} }) : refusal;
}

function hidePassword(proxy: string): string {
  // A password may have an @ or a slash, also where it should not.
  return proxy.replace(/\/\/.*@/s, '//***@');
}

/** Since Node 22.15. */
const { getCACertificates } = tls as { readonly getCACertificates?: (type: 'default') => readonly string[] };

/** Those that Node takes by itself, with those of `NODE_EXTRA_CA_CERTS`. */
async function defaultAuthorities(): Promise<readonly string[]> {
  if (getCACertificates !== undefined) return getCACertificates('default');
  const extra = process.env['NODE_EXTRA_CA_CERTS'];
  const certificates = extra ? await readFile(extra, 'utf8').catch(() => '') : '';
  return certificates === '' ? tls.rootCertificates : [...tls.rootCertificates, certificates];
}

/** The certificates of the authorities that the environment or the profile names; undefined where they name none. */
async function readAuthorities(profile: string | undefined): Promise<string | undefined> {
  const [path, name] = await findBundle(profile);
  if (path === undefined) return undefined;
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new ConnectionError(`The certificates of ${name} cannot be read: ${(error as Error).message}`, [], error);
  }
}

async function findBundle(profile: string | undefined): Promise<readonly [path: string | undefined, name: string]> {
  const variable = process.env['AWS_CA_BUNDLE'];
  if (variable) return [variable, 'AWS_CA_BUNDLE'];
  const name = profile ?? (process.env['AWS_PROFILE'] || 'default');
  const { configFile } = await loadSharedConfigFiles();
  return [configFile[name]?.['ca_bundle'] || undefined, `ca_bundle in the profile ${name}`];
}

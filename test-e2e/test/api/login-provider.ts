import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** A real OpenID provider on this machine, with the paths of Earthdata Login. */
export interface LoginProviderServer {
  readonly url: string;
  stop(): Promise<void>;
}

export interface ProviderOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  /** How long access tokens are good for, in seconds. */
  readonly lifetime?: number;
}

export async function startLoginProvider(options: ProviderOptions): Promise<LoginProviderServer> {
  const { clientId, clientSecret, redirectUri, lifetime = 3_600 } = options;
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(url, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    routes: { authorization: '/oauth/authorize', token: '/oauth/token', userinfo: '/oauth/userinfo' },
    features: { devInteractions: { enabled: true } },
    // Earthdata Login has neither.
    pkce: { required: () => false },
    issueRefreshToken: async () => true,
    ttl: { AccessToken: lifetime, RefreshToken: 86_400, Grant: 86_400, Interaction: 600, Session: 86_400 },
    cookies: { keys: ['of-the-tests'] },
  });
  // Earthdata Login knows no scopes, and adds the user's name to the answer with a token.
  provider.use(async (context, next) => {
    if (context.path === '/oauth/authorize') context.query = { ...context.query, scope: 'openid' };
    await next();
    const { route, entities } = (context['oidc'] ?? {}) as {
      route?: string;
      entities?: { AccessToken?: { accountId: string } };
    };
    if (route === 'token' && context.status === 200) {
      context.body = { ...(context.body as object), endpoint: `/api/users/${entities?.AccessToken?.accountId}` };
    }
  });
  server.on('request', provider.callback());
  return { url, stop: () => close(server) };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** A browser, as far as a login needs one: it keeps cookies and follows redirects, up to an address where it stops. */
export class Browser {
  readonly #cookies = new Map<string, string>();

  /**
   * Logs somebody in at the provider's own pages.
   * @param from the address that begins it
   * @param until where to stop: the address that the provider sends the browser back to
   * @returns that address, with the code
   */
  async logIn(from: string, name: string, until: string): Promise<string> {
    let url = await this.#follow(from, until);
    for (const fields of [{ prompt: 'login', login: name, password: 'any' }, { prompt: 'consent' }]) {
      if (url.startsWith(until)) return url;
      const answer = await this.#send(url, { method: 'POST', body: new URLSearchParams(fields) });
      url = await this.#follow(new URL(answer.headers.get('Location') ?? '', url).href, until);
    }
    return url;
  }

  /** Follows redirects until a page is shown, or the address is that to stop at. */
  async #follow(from: string, until: string): Promise<string> {
    let url = from;
    for (;;) {
      if (url.startsWith(until) && url !== from) return url;
      const answer = await this.#send(url);
      const location = answer.headers.get('Location');
      if (answer.status < 300 || answer.status >= 400 || location === null) return url;
      url = new URL(location, url).href;
    }
  }

  async #send(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      this.#cookies.set(name, value);
    }
    return answer;
  }
}

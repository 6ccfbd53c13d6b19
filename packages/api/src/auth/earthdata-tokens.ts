import { createFetch, isLoopback } from '@cumulus/dynamodb/aws';
import {
  type AuthorizationServer,
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  type Client,
  type ClientAuth,
  customFetch,
  nopkce,
  processAuthorizationCodeResponse,
  processRefreshTokenResponse,
  refreshTokenGrantRequest,
  skipStateCheck,
  type TokenEndpointResponse,
  userInfoRequest,
  validateAuthResponse,
} from 'oauth4webapi';
import type { LoginSettings } from '../settings.ts';
import { ClientCredentials } from './client-credentials.ts';
import { LoginUnavailableError } from './errors.ts';
import type { Login, LoginProvider } from './login-provider.ts';
import { explained, explainStatus } from './provider-failure.ts';

/** How long the provider may take for an answer, in milliseconds: somebody is waiting. */
const TIMEOUT = 10_000;

/** How long an access token is good for whose answer does not say, in seconds. */
const DEFAULT_LIFETIME = 3_600;

/** What Earthdata Login is asked for behind its page. HTTP without TLS is allowed on this machine only. */
export function createEarthdataTokens({
  baseUrl,
  clientId,
  clientPassword,
  redirectUri,
}: LoginSettings): Omit<LoginProvider, 'loginUrl'> {
  const server: AuthorizationServer = {
    issuer: baseUrl,
    authorization_endpoint: `${baseUrl}/oauth/authorize`,
    token_endpoint: `${baseUrl}/oauth/token`,
    userinfo_endpoint: `${baseUrl}/oauth/userinfo`,
  };
  const client: Client = { client_id: clientId };
  const credentials = new ClientCredentials(clientId, clientPassword);
  const fetch = createFetch({ connectionTimeout: TIMEOUT, socketTimeout: TIMEOUT });
  const options = () => ({
    [customFetch]: (url: string, init: object) => fetch(url, init),
    [allowInsecureRequests]: isLoopback(new URL(baseUrl).hostname),
    signal: AbortSignal.timeout(TIMEOUT),
  });

  async function loginOf(answer: TokenEndpointResponse, earlierRefreshToken?: string): Promise<Login> {
    const {
      access_token: accessToken,
      refresh_token: refreshToken = earlierRefreshToken,
      expires_in = DEFAULT_LIFETIME,
    } = answer;
    return {
      accessToken,
      refreshToken,
      userName: nameFromEndpoint(answer['endpoint']) ?? (await askForName(accessToken)),
      expirationTime: Math.floor(Date.now() / 1000 + expires_in),
    };
  }

  async function askForName(accessToken: string): Promise<string> {
    const response = await userInfoRequest(server, client, accessToken, options());
    if (response.status !== 200) {
      await response.body?.cancel();
      throw explainStatus(response.status);
    }
    // Not by the library, which demands OpenID's "sub": Earthdata Login's answer need not have it.
    const { uid, preferred_username, sub } = (await response.json()) as { readonly [field: string]: unknown };
    const name = [uid, preferred_username, sub].find((field) => typeof field === 'string' && field !== '');
    if (typeof name !== 'string') throw new LoginUnavailableError('The login provider did not say who has logged in.');
    return name;
  }

  return {
    redeem: (code) =>
      explained(async () => {
        // The state is the client's own, and no secret between us and the browser.
        const parameters = validateAuthResponse(server, client, new URLSearchParams({ code }), skipStateCheck);
        const request = authorizationCodeGrantRequest;
        const response = await credentials.send((authorization) =>
          request(server, client, authenticatedBy(authorization), parameters, redirectUri, nopkce, options()),
        );
        return loginOf(await processAuthorizationCodeResponse(server, client, await withoutIdToken(response)));
      }),
    refresh: (refreshToken) =>
      explained(async () => {
        const request = refreshTokenGrantRequest;
        const response = await credentials.send((authorization) =>
          request(server, client, authenticatedBy(authorization), refreshToken, options()),
        );
        const answer = await processRefreshTokenResponse(server, client, await withoutIdToken(response));
        return loginOf(answer, refreshToken);
      }),
  };
}

/** How the library is given credentials: its own way is only the one of RFC 6749. */
function authenticatedBy(authorization: string): ClientAuth {
  return (_server, _client, _body, headers) => headers.set('authorization', authorization);
}

/**
 * A provider may answer with OpenID's token too, which nothing here reads. The library would check its issuer, audience and
 * algorithm, which differ from provider to provider, and refuse the whole answer.
 */
async function withoutIdToken(response: Response): Promise<Response> {
  if (response.status !== 200) return response;
  const { headers, status } = response;
  const { id_token: _, ...answer } = (await response.json()) as { readonly [field: string]: unknown };
  return Response.json(answer, { headers, status });
}

/** Earthdata Login answers with the path of the user: `/api/users/NAME`. */
function nameFromEndpoint(endpoint: unknown): string | undefined {
  return typeof endpoint === 'string' ? endpoint.split('/').at(-1) || undefined : undefined;
}

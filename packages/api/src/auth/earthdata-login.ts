import {
  type AuthorizationServer,
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  type Client,
  ClientSecretBasic,
  nopkce,
  processAuthorizationCodeResponse,
  processRefreshTokenResponse,
  processUserInfoResponse,
  ResponseBodyError,
  refreshTokenGrantRequest,
  skipStateCheck,
  skipSubjectCheck,
  type TokenEndpointResponse,
  userInfoRequest,
  validateAuthResponse,
  WWWAuthenticateChallengeError,
} from 'oauth4webapi';
import { isLoopback, type LoginSettings } from '../settings.ts';
import { LoginRefusedError, LoginUnavailableError } from './errors.ts';
import type { Login, LoginProvider } from './login-provider.ts';

/** How long the provider may take for an answer, in milliseconds: somebody is waiting. */
const TIMEOUT = 10_000;

/** How long an access token is good for whose answer does not say, in seconds. */
const USUAL_LIFETIME = 3_600;

/**
 * Logging in at Earthdata Login, by OAuth2's authorization code grant; or at another provider that has `/oauth/authorize`,
 * `/oauth/token` and `/oauth/userinfo`.
 */
export function createEarthdataLogin({ baseUrl, clientId, clientPassword, redirectUri }: LoginSettings): LoginProvider {
  const server: AuthorizationServer = {
    issuer: baseUrl,
    authorization_endpoint: `${baseUrl}/oauth/authorize`,
    token_endpoint: `${baseUrl}/oauth/token`,
    userinfo_endpoint: `${baseUrl}/oauth/userinfo`,
  };
  const client: Client = { client_id: clientId };
  const authentication = ClientSecretBasic(clientPassword);
  const options = () => ({
    [allowInsecureRequests]: isLoopback(new URL(baseUrl).hostname),
    signal: AbortSignal.timeout(TIMEOUT),
  });

  async function loginOf(answer: TokenEndpointResponse, earlierRefreshToken?: string): Promise<Login> {
    const {
      access_token: accessToken,
      refresh_token: refreshToken = earlierRefreshToken,
      expires_in = USUAL_LIFETIME,
    } = answer;
    return {
      accessToken,
      refreshToken,
      userName: nameFromEndpoint(answer['endpoint']) ?? (await askForName(accessToken)),
      expirationTime: Math.floor(Date.now() / 1000) + expires_in,
    };
  }

  async function askForName(accessToken: string): Promise<string> {
    const response = await userInfoRequest(server, client, accessToken, options());
    const { uid, preferred_username, sub } = await processUserInfoResponse(server, client, skipSubjectCheck, response);
    return typeof uid === 'string' ? uid : (preferred_username ?? sub);
  }

  return {
    loginUrl(state) {
      const url = new URL(`${baseUrl}/oauth/authorize`);
      url.searchParams.set('client_id', clientId);
      url.searchParams.set('redirect_uri', redirectUri);
      url.searchParams.set('response_type', 'code');
      if (state !== undefined) url.searchParams.set('state', state);
      return url.href;
    },
    redeem: (code) =>
      explained(async () => {
        // The state is the client's own, and no secret between us and the browser.
        const parameters = validateAuthResponse(server, client, new URLSearchParams({ code }), skipStateCheck);
        const request = authorizationCodeGrantRequest;
        const response = await request(server, client, authentication, parameters, redirectUri, nopkce, options());
        return loginOf(await processAuthorizationCodeResponse(server, client, response));
      }),
    refresh: (refreshToken) =>
      explained(async () => {
        const response = await refreshTokenGrantRequest(server, client, authentication, refreshToken, options());
        return loginOf(await processRefreshTokenResponse(server, client, response), refreshToken);
      }),
  };
}

/** Earthdata Login answers with the path of the user: `/api/users/NAME`. */
function nameFromEndpoint(endpoint: unknown): string | undefined {
  return typeof endpoint === 'string' ? endpoint.split('/').at(-1) || undefined : undefined;
}

async function explained(ask: () => Promise<Login>): Promise<Login> {
  try {
    return await ask();
  } catch (error) {
    const isRefusal =
      (error instanceof ResponseBodyError &&
        error.error !== 'server_error' &&
        error.error !== 'temporarily_unavailable') ||
      error instanceof WWWAuthenticateChallengeError;
    // The library's errors hold answers, and with them tokens: only their names go on.
    const why = error instanceof ResponseBodyError ? error.error : error instanceof Error ? error.name : 'unknown';
    if (isRefusal) throw new LoginRefusedError(`The login provider refuses: ${why}.`);
    throw new LoginUnavailableError(`The login provider does not answer as it should: ${why}.`);
  }
}

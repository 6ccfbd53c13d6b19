import { once } from '../aws/clients.ts';
import type { LoginSettings } from '../settings.ts';
import type { LoginProvider } from './login-provider.ts';

/**
 * Logging in at Earthdata Login, by OAuth2's authorization code grant; or at another provider that has `/oauth/authorize`,
 * `/oauth/token` and `/oauth/userinfo`.
 */
export function createEarthdataLogin(settings: LoginSettings): LoginProvider {
  const { baseUrl, clientId, redirectUri } = settings;
  const tokens = once(async () => (await import('./earthdata-tokens.ts')).createEarthdataTokens(settings));
  return {
    loginUrl(state) {
      const url = new URL(`${baseUrl}/oauth/authorize`);
      url.searchParams.set('client_id', clientId);
      url.searchParams.set('redirect_uri', redirectUri);
      url.searchParams.set('response_type', 'code');
      if (state !== undefined) url.searchParams.set('state', state);
      return url.href;
    },
    redeem: async (code) => (await tokens()).redeem(code),
    refresh: async (refreshToken) => (await tokens()).refresh(refreshToken),
  };
}

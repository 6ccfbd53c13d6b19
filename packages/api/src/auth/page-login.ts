import type { MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { HTTPException } from 'hono/http-exception';
import type { RequestContext, RequestEnvironment } from '../http/http-api.ts';
import { noStore } from '../http/no-store.ts';
import { wantsPage } from '../http/wants-page.ts';
import type { Auth } from './auth.ts';
import { PROTECTION_PAGE } from './own-pages.ts';
import { admit, requireLogin } from './require-login.ts';

/** The cookie that keeps a login for the page. Only the page's path gets it, and only the page takes it. */
const COOKIE = 'cumulus-protection-page';

/** The longest lifetime of the cookie, in seconds. */
const MAX_LIFETIME = 24 * 3600;

/**
 * Admits a request for the page with a token, as {@link requireLogin} does; or a browser, which has no such header. A browser that has
 * not logged in is sent to the login, and comes back with the token in the address. The token then goes into a cookie, and the
 * browser to the address without it.
 */
export function requirePageLogin(auth: Auth): MiddlewareHandler<RequestEnvironment> {
  const byHeader = requireLogin(auth);
  return async (context, next) => {
    if (context.req.header('Authorization') !== undefined) return byHeader(context, next);
    noStore(context);
    const { token } = context.req.query();
    if (token) return keepToken(context, auth, token);
    try {
      const kept = getCookie(context, COOKIE);
      if (kept === undefined) throw new HTTPException(401, { message: 'Authorization header missing' });
      context.set('userName', (await admit(auth, kept)).username);
    } catch (error) {
      const hasNoLogin = error instanceof HTTPException && [401, 403].includes(error.status);
      if (!hasNoLogin || auth.address === undefined || !wantsPage(context)) throw error;
      const url = new URL(`${auth.address}/token`);
      url.searchParams.set('state', `${auth.address}${placeOf(context)}`);
      return context.redirect(url.href, 303);
    }
    return next();
  };
}

/** Puts a token into the cookie, and the browser to the page's address without it. @throws HTTPException if it is not valid */
async function keepToken(context: RequestContext, auth: Auth, token: string): Promise<Response> {
  const { username, expirationTime } = await admit(auth, token);
  context.set('userName', username);
  const base = auth.address === undefined ? '' : new URL(auth.address).pathname.replace(/\/$/, '');
  const path = `${base}${placeOf(context)}`;
  setCookie(context, COOKIE, token, {
    path,
    httpOnly: true,
    secure: (auth.address ?? context.req.url).startsWith('https:'),
    sameSite: 'Lax',
    maxAge: Math.max(0, Math.min(MAX_LIFETIME, Math.floor(expirationTime - auth.now() / 1000))),
  });
  return context.redirect(path, 303);
}

/** The page's path in this API: a client may have written it with a slash at its end. */
function placeOf(context: RequestContext): string {
  return context.req.path.startsWith('/v1/') ? `/v1${PROTECTION_PAGE}` : PROTECTION_PAGE;
}

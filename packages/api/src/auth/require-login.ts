import type { AccessToken } from '@cumulus/models/schemas';
import type { MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { RequestEnvironment } from '../http/http-api.ts';
import type { Auth } from './auth.ts';
import { ExpiredTokenError, InvalidTokenError } from './errors.ts';
import type { TokenClaims } from './token-signer.ts';

/** Admits only requests with a token of this API that was not revoked, of somebody who may use it. */
export function requireLogin(auth: Auth): MiddlewareHandler<RequestEnvironment> {
  return async (context, next) => {
    const { username } = await admit(auth, tokenOf(context.req.header('Authorization')));
    context.set('userName', username);
    await next();
  };
}

/**
 * The claims of a token of this API that was not revoked, of somebody who may use it.
 * @throws HTTPException 401, 403
 */
export async function admit(auth: Auth, token: string): Promise<TokenClaims> {
  const claims = await claimsOf(auth, token, 401);
  const { accessToken, username, expirationTime } = claims;
  const [record, isUser] = await Promise.all([
    auth.accessTokens.findValid({ accessToken }, expirationTime),
    auth.users.has(username, accessToken),
  ]);
  if (record === undefined) throw new HTTPException(401, { message: 'Access token has expired' });
  if (!isUser || !isOf(record, username)) throw notAuthorized();
  return claims;
}

/** Whether a token's record is this user's. Earlier releases wrote some without a user. */
export function isOf({ username }: Pick<AccessToken, 'username'>, userName: string): boolean {
  return username === undefined || username === userName;
}

export function notAuthorized(): HTTPException {
  return new HTTPException(401, { message: 'User not authorized' });
}

function tokenOf(header: string | undefined): string {
  if (header === undefined) throw new HTTPException(401, { message: 'Authorization header missing' });
  const [scheme, token] = header.trim().split(/\s+/);
  if (scheme?.toLowerCase() !== 'bearer')
    throw new HTTPException(401, { message: 'Authorization scheme must be Bearer' });
  if (!token) throw new HTTPException(401, { message: 'Missing token' });
  return token;
}

/**
 * The claims of a token.
 * @param whenExpired the status for an expired token
 * @throws HTTPException
 */
export async function claimsOf({ signer, now }: Auth, token: string, whenExpired: 401 | 403): Promise<TokenClaims> {
  try {
    return await signer.verify(token, now());
  } catch (error) {
    if (error instanceof ExpiredTokenError)
      throw new HTTPException(whenExpired, { message: 'Access token has expired', cause: error });
    if (error instanceof InvalidTokenError)
      throw new HTTPException(403, { message: 'Invalid access token', cause: error });
    throw error;
  }
}

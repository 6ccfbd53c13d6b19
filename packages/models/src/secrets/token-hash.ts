import { createHash } from 'node:crypto';

const PREFIX = 'sha256:';

/** SHA-256 in base64url: 43 characters. */
const HASHED = /^sha256:[A-Za-z0-9_-]{43}$/;

/**
 * What an access token is stored as: the same for the same token, since it is the table's key. A reader of the table
 * cannot get the token back. A plain SHA-256 does for that, without salt or work factor, because tokens are random or
 * signed by an OAuth provider: there are far too many to try. It would not do for passwords.
 */
export function hashToken(token: string): string {
  return PREFIX + createHash('sha256').update(token, 'utf8').digest('base64url');
}

/** Whether a text has the form that {@link hashToken} gives. */
export function isHashedToken(text: string): boolean {
  return HASHED.test(text);
}

/**
 * The key under which earlier releases stored a token, namely the token itself, or undefined where there can be none:
 * a token that looks hashed is refused, or a reader of the table could log in with one of its keys.
 *
 * @param token as a client presents it
 */
export function earlierKeyOfToken(token: string): string | undefined {
  return token.startsWith(PREFIX) ? undefined : token;
}

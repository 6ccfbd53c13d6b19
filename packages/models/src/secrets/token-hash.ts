import { createHash } from 'node:crypto';

const PREFIX = 'sha256:';

/** SHA-256 in base64url: 43 characters. */
const HASHED = /^sha256:[A-Za-z0-9_-]{43}$/;

/**
 * Hashes an access token. The same token has the same hash, which is the table's key, and a reader of the table cannot
 * get the token back. A plain SHA-256 without salt or work factor is enough, because tokens are random or signed by an
 * OAuth provider, so there are too many to try. It would not be enough for passwords.
 */
export function hashToken(token: string): string {
  return PREFIX + createHash('sha256').update(token, 'utf8').digest('base64url');
}

/** Whether a text has the form that {@link hashToken} gives. */
export function isHashedToken(text: string): boolean {
  return HASHED.test(text);
}

/**
 * The key under which earlier releases stored a token: the token itself. It is undefined for a token that looks hashed,
 * because otherwise a reader of the table could log in with one of its keys.
 *
 * @param token as a client presents it
 */
export function earlierKeyOfToken(token: string): string | undefined {
  return token.startsWith(PREFIX) ? undefined : token;
}

import { isLoopback } from '@cumulus/dynamodb/aws';
import { HTTPException } from 'hono/http-exception';
import { ownPages } from './own-pages.ts';

/** An absolute address whose authority has neither a user nor anything that a browser may take for its end. */
const ADDRESS = /^https?:\/\/[^/?#@\\]+(?:[/?#]|$)/i;

/** An address that was encoded as a whole. */
const STILL_ENCODED = /^https?%3a/i;

/** What no client sends, and what browsers drop or replace. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are refused
const NEVER_SENT = /[\u0000-\u001f\u007f\\]/;

/** Where a login may return to. */
export interface ReturnPlaces {
  /** Origins of dashboards, such as `https://dashboard.example.org`. */
  readonly returnOrigins: readonly string[];
  /** This API's own address, without a slash at its end, such as `https://api.example.org/prod`; undefined where it is not known. */
  readonly address?: string | undefined;
}

/**
 * The address that a client wants to go on to, as it wrote it: dashboards that route by the hash read the token after it. One
 * that arrives percent-encoded is decoded once more. Tokens go only to pages of the dashboard, to this API's own, and to pages of this machine, where
 * developers run clients; otherwise a link could send the token of a user who follows it to any address.
 * @param parameter the name of what holds it, for the error
 * @throws HTTPException 400
 */
export function returnAddress(places: ReturnPlaces, parameter: string, text: string): string {
  const address = toHeaderText(text);
  if (address !== undefined && isAllowed(places, address)) return address;
  throw new HTTPException(400, {
    message: `The parameter ${parameter} takes an address of the dashboard: its origin has to be in the setting DASHBOARD_ORIGINS.`,
  });
}

/**
 * An address with a token at its end: in the query of the hash where there is a hash. A token that is there already is
 * replaced, and everything else stays as it is.
 */
export function withToken(address: string, token: string): string {
  const [start, query] = splitQuery(address);
  const kept = query?.split('&').filter((pair) => pair !== '' && !/^token(?:=|$)/.test(pair)) ?? [];
  return `${start}?${[...kept, `token=${encodeURIComponent(token)}`].join('&')}`;
}

/** What is before the last query, and the query: the hash's where there is a hash. */
function splitQuery(address: string): readonly [start: string, query: string | undefined] {
  const mark = address.indexOf('?', Math.max(address.indexOf('#'), 0));
  return mark < 0 ? [address, undefined] : [address.slice(0, mark), address.slice(mark + 1)];
}

/** An address as a header can hold it; undefined for a text that is none. */
function toHeaderText(text: string): string | undefined {
  try {
    const address = STILL_ENCODED.test(text) ? decodeURIComponent(text) : text;
    return NEVER_SENT.test(address) ? undefined : address.replace(/[^\u0021-\u007e]+/g, encodeURIComponent);
  } catch {
    return undefined;
  }
}

function isAllowed({ returnOrigins, address: own }: ReturnPlaces, address: string): boolean {
  if (ownPages(own).includes(address)) return true;
  if (!ADDRESS.test(address) || !URL.canParse(address)) return false;
  const { origin, hostname, username, password } = new URL(address);
  if (username !== '' || password !== '') return false;
  return returnOrigins.includes(origin) || isLoopback(hostname);
}

import type { TypedItem } from './typed-item.ts';

/** DynamoDB's time to live leaves alone what is more than five years past, in seconds. */
const TTL_FORGETS_AFTER = 5 * 365 * 24 * 60 * 60;

/**
 * When an item's time to live ends, in seconds since 1970; null where it has none.
 * @param ttlAttribute of the table; undefined where time to live is off
 */
export function expiryOf(item: TypedItem, ttlAttribute: string | undefined): number | null {
  const expires = ttlAttribute === undefined ? undefined : item[ttlAttribute];
  return expires !== undefined && 'N' in expires ? Number(expires.N) : null;
}

/**
 * Whether DynamoDB was to remove an item of this expiry.
 * @param now in seconds since 1970
 */
export function hasExpired(expiry: number | null, now: number): boolean {
  return expiry !== null && expiry < now && expiry > now - TTL_FORGETS_AFTER;
}

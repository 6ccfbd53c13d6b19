import { isIP } from 'node:net';

/**
 * Whether a host name or address is a loopback address, so that a request to it stays on this machine.
 * @param host as URLs have it: an IPv6 address may be in brackets
 *
 * @example
 * ```ts
 * import { isLoopback } from '@cumulus/dynamodb/aws';
 *
 * const stays = isLoopback(new URL('http://[::1]:8000').hostname); // true
 * ```
 */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'));
}

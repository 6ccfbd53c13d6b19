import { BlockList, isIP } from 'node:net';

/** It also finds addresses of IPv4 in those of IPv6. */
const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

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
  const version = isIP(bare);
  if (version === 0) return bare === 'localhost';
  return LOOPBACK.check(bare, version === 6 ? 'ipv6' : 'ipv4');
}

import type { OptionalFacts } from './optional-facts.ts';
import { withoutSlashesAtEnd } from './slashes.ts';

/**
 * Where a provider's files lie, without a slash at the end: `https://example.com:8080`. Undefined if the message does not
 * say so. A host may be a whole address, as many collections' providers have it; its user and password are left out.
 */
export function providerUrlOf(provider: OptionalFacts['provider']): string | undefined {
  if (provider.host === undefined) return undefined;
  const address = provider.host.includes('://') ? provider.host : `${provider.protocol ?? ''}://${provider.host}`;
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  url.username = '';
  url.password = '';
  if (provider.port && url.protocol !== 's3:') url.port = provider.port;
  return withoutSlashesAtEnd(url.href);
}

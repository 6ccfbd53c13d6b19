import { createReadStream } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PackedPackage } from './packages.ts';

/**
 * Gives packages to npm as if they were published. With it as the registry of their scope, npm installs `@cumulus/api`
 * as it will for a user once that is published, and everything else comes from where npm gets it anyway.
 */
export async function withScopeRegistry<T>(
  packages: readonly PackedPackage[],
  work: (npmOption: string) => Promise<T>,
): Promise<T> {
  const server = createServer(({ url = '' }, response) => {
    const path = decodeURIComponent(url).slice(1);
    const asked = packages.find(({ name }) => path === name || path === `${name}.tgz`);
    if (asked === undefined) response.writeHead(404).end();
    else if (path.endsWith('.tgz')) createReadStream(asked.tarball).pipe(response);
    else describePackage(response, asked, url);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    return await work(`--@cumulus:registry=${origin}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  function describePackage(
    response: ServerResponse,
    { name, version, integrity, manifest }: PackedPackage,
    url: string,
  ): void {
    const dist = { tarball: `${origin}${url}.tgz`, integrity };
    const versions = { [version]: { ...manifest, dist } };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ name, 'dist-tags': { latest: version }, versions }));
  }
}

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { LocalServer } from './server.ts';

/**
 * dynalite, a stand-in for DynamoDB in plain JavaScript that needs nothing installed. It runs within this process and
 * keeps its tables in memory, and it has no TTL and no transactions.
 */
export async function startDynalite(): Promise<LocalServer> {
  const { default: dynalite } = await import('dynalite');
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    kind: 'dynalite',
    description: 'dynalite, a stand-in without TTL and transactions',
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        // Clients keep connections open, and closing waits for them.
        server.closeAllConnections();
      }),
  };
}

import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LocalServer } from '../server.ts';
import { compareByValue } from './equality.ts';
import { createFront } from './front.ts';

/**
 * dynalite, a stand-in for DynamoDB in plain JavaScript that needs nothing installed. It runs within this process and
 * keeps its tables in memory. It has neither time to live nor streams; the transactions that it lacks are added here, and it compares
 * maps and lists as DynamoDB does.
 */
export async function startDynalite(): Promise<LocalServer> {
  const { default: dynalite } = await import('dynalite');
  compareByValue();
  const engine = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const front = createFront(await listen(engine));
  return {
    endpoint: await listen(front),
    kind: 'dynalite',
    description: 'dynalite, a stand-in in JavaScript without time to live and streams',
    stop: async () => {
      await close(front);
      await close(engine);
    },
  };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    // Clients keep connections open, and closing waits for them.
    server.closeAllConnections();
  });
}

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CumulusError } from '@cumulus/dynamodb/aws';
import { serve } from '@hono/node-server';

/** The server cannot listen on an address. */
class ListenError extends CumulusError {
  readonly code = 'LISTEN_FAILED';
}

/** A server that listens. */
export interface Listening {
  /** `http://127.0.0.1:5001` */
  readonly url: string;
  /** Accepts no more requests, and lets those in progress finish. */
  stop(): Promise<void>;
}

/** How long requests in progress may take once the server stops, in milliseconds. */
const GRACE_PERIOD = 5_000;

/**
 * Listens for HTTP requests.
 * @throws ListenError if the address is taken or not available
 */
export function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname: host, port }, ({ port: given }: AddressInfo) => {
      const name = host.includes(':') ? `[${host}]` : host;
      resolve({ url: `http://${name}:${given}`, stop: () => stop(server) });
    }) as Server;
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken =
        error.code === 'EADDRINUSE'
          ? 'Something else listens there; choose another by --port.'
          : 'Choose another by --host and --port.';
      reject(new ListenError(`Cannot listen on ${host}:${port} (${error.code}).`, [taken], error));
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const giveUp = setTimeout(() => server.closeAllConnections(), GRACE_PERIOD);
    server.close(() => {
      clearTimeout(giveUp);
      resolve();
    });
    server.closeIdleConnections();
  });
}

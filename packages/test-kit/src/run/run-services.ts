import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { MotoUnavailableError } from '@cumulus/local';
import { UNAVAILABLE } from '../protocol/ask-run.ts';
import { CommandPool } from '../servers/command-pool.ts';
import { MotoPool } from '../servers/moto-pool.ts';

/**
 * What test files share but jest's workers can't hold for them, since each file begins with a fresh set of modules: this
 * server lives in jest's own process. `GET /moto/WORKER` answers with the URL of the worker's moto, `POST /command` with how a
 * command ended.
 */
export class RunServices {
  readonly #motos = new MotoPool();
  readonly #commands = new CommandPool();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (asked, response) => {
      try {
        response.end(await this.#answer(asked));
      } catch (error) {
        response.writeHead(error instanceof MotoUnavailableError ? UNAVAILABLE : 500).end((error as Error).message);
      }
    });
  }

  static async start(): Promise<RunServices> {
    const services = new RunServices();
    services.#server.listen(0, '127.0.0.1');
    await once(services.#server, 'listening');
    return services;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    this.#commands.stop();
    await this.#motos.stop();
  }

  async #answer(asked: IncomingMessage): Promise<string> {
    const { url = '' } = asked;
    if (url.startsWith('/moto/')) return (await this.#motos.of(url)).endpoint;
    return JSON.stringify(await this.#commands.run(JSON.parse(await text(asked))));
  }
}

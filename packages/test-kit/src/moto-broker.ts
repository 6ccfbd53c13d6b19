import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MotoUnavailableError, type ServerProcess, startMoto } from '@cumulus/local';

/** The environment variable by which tests find the {@link MotoBroker} of their run. */
export const MOTO_BROKER_VARIABLE = 'CUMULUS_TEST_MOTO_BROKER';

/**
 * Gives each of jest's workers one moto for the whole run, started when its first test file asks. A moto takes more than a
 * second of processor time to start, and answers one request at a time; so a file has its worker's, emptied, rather
 * than one of its own, and workers share none.
 *
 * `GET /WORKER` answers with the moto's URL, or with status 503 and the reason why there is none.
 */
export class MotoBroker {
  readonly #motos = new Map<string, Promise<ServerProcess>>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async ({ url = '' }, response) => {
      try {
        response.end((await this.#motoOf(url)).endpoint);
      } catch (error) {
        response.writeHead(error instanceof MotoUnavailableError ? 503 : 500).end(String((error as Error).message));
      }
    });
  }

  static async start(): Promise<MotoBroker> {
    const broker = new MotoBroker();
    broker.#server.listen(0, '127.0.0.1');
    await once(broker.#server, 'listening');
    return broker;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await Promise.all(
      [...this.#motos.values()].map((moto) => moto.then((started) => started.stop()).catch(() => undefined)),
    );
  }

  #motoOf(worker: string): Promise<ServerProcess> {
    const moto = this.#motos.get(worker) ?? startMoto();
    this.#motos.set(worker, moto);
    return moto;
  }
}

import { type ServerProcess, startMoto } from '@cumulus/local';

/**
 * One moto for each of jest's workers and the whole run, started when the worker's first test file asks. A moto takes more
 * than a second of processor time to start, and answers one request at a time: so a file has its worker's, emptied, rather
 * than one of its own, and workers share none.
 */
export class MotoPool {
  readonly #motos = new Map<string, Promise<ServerProcess>>();

  /** @throws MotoUnavailableError where this machine has no moto that runs */
  of(worker: string): Promise<ServerProcess> {
    const moto = this.#motos.get(worker) ?? startMoto();
    this.#motos.set(worker, moto);
    return moto;
  }

  async stop(): Promise<void> {
    const motos = await Promise.allSettled(this.#motos.values());
    await Promise.all(motos.map((moto) => moto.status === 'fulfilled' && moto.value.stop()));
  }
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { MotoUnavailableError } from '@cumulus/local';
import { UNAVAILABLE } from '../protocol/ask-run.ts';
import type { AwsProviderAge } from '../protocol/aws-provider.ts';
import type { CommandEvent, CommandLine } from '../protocol/command-line.ts';
import { AwsProviderPool, TerraformUnavailableError } from '../servers/aws-provider-pool.ts';
import { CommandPool, type PooledCommand } from '../servers/command-pool.ts';
import { MotoPool } from '../servers/moto-pool.ts';

/**
 * What test files share but jest's workers can't hold for them, since each file begins with a fresh set of modules: this
 * server lives in jest's own process. `GET /moto/WORKER` answers with the URL of the worker's moto, `GET /aws-provider/AGE/WORKER` with how Terraform
 * finds the worker's provider, `GET /aws-provider/AGE` with that one's version, `POST /command` with what a command writes, line by line, and its
 * end, `POST /signal/ID/SIGINT` once such a command has been sent a signal. Who goes away before the end leaves no command behind.
 */
export class RunServices {
  readonly #motos = new MotoPool();
  readonly #providers = new AwsProviderPool((line) => process.stderr.write(`The tests use ${line}\n`));
  readonly #pool = new CommandPool();
  readonly #commands = new Map<number, PooledCommand>();
  readonly #server: Server;
  #started = 0;

  private constructor() {
    this.#server = createServer(async (asked, response) => {
      try {
        await this.#answer(asked, response);
      } catch (error) {
        response.writeHead(isUnavailable(error) ? UNAVAILABLE : 500).end((error as Error).message);
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
    this.#pool.stop();
    await Promise.all([this.#motos.stop(), this.#providers.stop()]);
  }

  async #answer(asked: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, what = '', name = '', detail = ''] = (asked.url ?? '').split('/');
    if (what === 'moto') response.end((await this.#motos.of(name)).endpoint);
    else if (what === 'aws-provider') response.end(await this.#awsProvider(name as AwsProviderAge, detail));
    else if (what === 'command') await this.#runCommand(JSON.parse(await text(asked)), response);
    else if (what === 'signal') response.end(this.#commands.get(Number(name))?.kill(detail as NodeJS.Signals));
    else throw new Error(`Nothing is at ${asked.url}.`);
  }

  async #awsProvider(age: AwsProviderAge, worker: string): Promise<string> {
    return worker === '' ? this.#providers.version(age) : JSON.stringify(await this.#providers.of(age, worker));
  }

  async #runCommand(line: CommandLine, response: ServerResponse): Promise<void> {
    const say = (event: CommandEvent): void => void response.write(`${JSON.stringify(event)}\n`);
    this.#started += 1;
    const id = this.#started;
    say({ id });
    const command = this.#pool.start(line, say);
    this.#commands.set(id, command);
    response.once('close', () => {
      if (this.#commands.has(id)) command.kill('SIGKILL');
    });
    try {
      say(await command.ended);
    } catch (error) {
      say({ failure: (error as Error).message });
    }
    this.#commands.delete(id);
    response.end();
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof MotoUnavailableError || error instanceof TerraformUnavailableError;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { type ServerProcess, startMoto } from '@cumulus/local';
import { Deployment, type Settings } from './deployment.ts';

/** A moto that no other test has, and a folder; there while the tests run, and gone after them. */
export class OwnMoto {
  #server: ServerProcess | undefined;
  #client: DynamoDBClient | undefined;
  #folder: string | undefined;

  async start(): Promise<void> {
    this.#server = await startMoto();
    this.#client = new DynamoDBClient({ endpoint: this.#server.endpoint });
    this.#folder = await mkdtemp(join(tmpdir(), 'cumulus-e2e-terraform-'));
  }

  async stop(): Promise<void> {
    this.#client?.destroy();
    await this.#server?.stop();
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true });
  }

  get endpoint(): string {
    return started(this.#server).endpoint;
  }

  get client(): DynamoDBClient {
    return started(this.#client);
  }

  get folder(): string {
    return started(this.#folder);
  }

  /** The environment variables by which a command finds this moto. */
  get environment(): NodeJS.ProcessEnv {
    return { AWS_ENDPOINT_URL_DYNAMODB: this.endpoint };
  }

  /** The names of all tables that there are, sorted. */
  async tables(): Promise<readonly string[]> {
    return ((await this.client.send(new ListTablesCommand())).TableNames ?? []).sort();
  }

  /** A root module with the module under test, with a state of its own; not applied yet. */
  async deployment(settings: Settings): Promise<Deployment> {
    return Deployment.begin(await mkdtemp(join(this.folder, 'root-')), this.endpoint, settings);
  }
}

/** A moto for the tests of the describe block that calls this. */
export function ownMoto(): OwnMoto {
  const moto = new OwnMoto();
  beforeAll(() => moto.start());
  afterAll(() => moto.stop());
  return moto;
}

function started<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('moto is there only while tests run.');
  return part;
}

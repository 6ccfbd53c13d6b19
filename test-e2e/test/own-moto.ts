import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { MotoUnavailableError, type ServerProcess, startMoto } from '@cumulus/local';

/** A moto that no other test has, and a folder; there while the tests run, and gone after them. */
export class OwnMoto {
  #server: ServerProcess | undefined;
  #client: DynamoDBClient | undefined;
  #s3: S3Client | undefined;
  #folder: string | undefined;

  async start(): Promise<void> {
    this.#server = await startMoto();
    this.#client = new DynamoDBClient({ endpoint: this.#server.endpoint });
    this.#s3 = new S3Client({ endpoint: this.#server.endpoint });
    this.#folder = await mkdtemp(join(tmpdir(), 'cumulus-e2e-moto-'));
  }

  async stop(): Promise<void> {
    this.#client?.destroy();
    this.#s3?.destroy();
    await this.#server?.stop();
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true });
  }

  get endpoint(): string {
    return started(this.#server).endpoint;
  }

  get client(): DynamoDBClient {
    return started(this.#client);
  }

  get s3(): S3Client {
    return started(this.#s3);
  }

  get folder(): string {
    return started(this.#folder);
  }

  /** The environment variables by which a command finds this moto. */
  get environment(): NodeJS.ProcessEnv {
    return { AWS_ENDPOINT_URL: this.endpoint, AWS_ENDPOINT_URL_DYNAMODB: this.endpoint };
  }

  /** The names of all tables that there are, sorted. */
  async tables(): Promise<readonly string[]> {
    return ((await this.client.send(new ListTablesCommand())).TableNames ?? []).sort();
  }
}

function started<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('moto is there only while tests run.');
  return part;
}

/** A moto for the tests of the describe block that calls this. */
export function ownMoto(): OwnMoto {
  const moto = new OwnMoto();
  beforeAll(() => moto.start());
  afterAll(() => moto.stop());
  return moto;
}

/** Why tests that need moto cannot be run on this machine, and how they could be; undefined if they can. */
export async function whyNoMoto(): Promise<string | undefined> {
  try {
    await (await startMoto()).stop();
    return undefined;
  } catch (error) {
    if (error instanceof MotoUnavailableError) return error.message;
    throw error;
  }
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import type { S3 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll } from '@jest/globals';
import { askRun, whyUnavailable } from '../protocol/ask-run.ts';

/** moto, empty at first, and a folder; both are a describe block's own while its tests run. */
export class OwnMoto {
  #endpoint: string | undefined;
  #client: DynamoDBClient | undefined;
  #s3: S3 | undefined;
  #folder: string | undefined;

  async start(): Promise<void> {
    const endpoint = await emptyMoto();
    this.#endpoint = endpoint;
    this.#client = new DynamoDBClient({ endpoint });
    // Loaded only here: it takes a tenth of a second, and most test files do without.
    const { S3 } = await import('@aws-sdk/client-s3');
    this.#s3 = new S3({ endpoint, forcePathStyle: true });
    this.#folder = await mkdtemp(join(tmpdir(), 'cumulus-moto-'));
  }

  async stop(): Promise<void> {
    this.#client?.destroy();
    this.#s3?.destroy();
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true });
  }

  get endpoint(): string {
    return started(this.#endpoint);
  }

  get client(): DynamoDBClient {
    return started(this.#client);
  }

  get s3(): S3 {
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

/** An empty moto for the tests of the describe block that calls this; only one block of a file at a time can have it. */
export function ownMoto(): OwnMoto {
  const moto = new OwnMoto();
  beforeAll(() => moto.start());
  afterAll(() => moto.stop());
  return moto;
}

/** Why tests that need moto cannot be run on this machine, and how they could be; undefined if they can. */
export function whyNoMoto(): Promise<string | undefined> {
  return whyUnavailable(path());
}

async function emptyMoto(): Promise<string> {
  const endpoint = await askRun('GET', path());
  const { status } = await fetch(`${endpoint}/moto-api/reset`, { method: 'POST' });
  if (status !== 200) throw new Error(`moto answers ${status} to its reset.`);
  return endpoint;
}

function path(): string {
  return `/moto/${process.env['JEST_WORKER_ID']}`;
}

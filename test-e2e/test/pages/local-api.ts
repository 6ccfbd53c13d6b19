import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@cumulus/dynamodb/aws';
import { serverSettings } from '@cumulus/local';
import { createModels, type Models } from '@cumulus/models';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll } from '@jest/globals';
import { hostLocal, type Served, serveApi } from '../api/served.ts';
import { Operator } from './operator.ts';
import type { Block } from './page.ts';

/** An API that `serve --local` serves, whose reader has what it printed in `serve.log`. */
export interface LocalApi {
  readonly url: string;
  /** What the names of its tables begin with; all that it serves is in one DynamoDB, by one access key. */
  readonly prefix: string;
  readonly models: Models;
  /** What it printed. */
  said(): string;
  operator(): Promise<Operator>;
  /** Runs a block that sets `API`: this one listens at another port than that of the page. */
  runAtAddress(block: Block, operator: Operator): Promise<string>;
}

/**
 * Serves a local deployment for the tests of the describe block that calls this.
 * @param folder where the reader's commands are given
 * @param environment with `AWS_ENDPOINT_URL` there are other services than DynamoDB; known when the tests run
 */
export function ownLocalApi(folder: string, environment: () => NodeJS.ProcessEnv = () => ({})): LocalApi {
  const prefix = ownTables().name();
  const client = createClient(serverSettings({ endpoint: process.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? '' }));
  let served: Served | undefined;
  beforeAll(async () => {
    served = await serveApi(['--local', '--prefix', prefix, '--port', '0'], environment(), hostLocal);
    await writeFile(join(folder, 'serve.log'), served.said());
  }, 60_000);
  afterAll(async () => {
    await served?.stop();
    client.destroy();
  });
  const url = (): string => served?.url ?? '';
  return {
    get url() {
      return url();
    },
    prefix,
    models: createModels({ client, tables: prefix }),
    said: () => served?.said() ?? '',
    operator: () => Operator.at(folder, environment()),
    runAtAddress: async ({ text }, operator) => (await operator.show(text, { known: { API: url() } })).shown,
  };
}

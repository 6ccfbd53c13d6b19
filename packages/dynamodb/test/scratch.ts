import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchWriteItemCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeEach } from '@jest/globals';
import { createClient } from '../src/aws/client.ts';
import type { TypedItem } from '../src/items/typed-item.ts';
import { createTable } from '../src/tables/create.ts';
import type { TableSchema } from '../src/tables/schema.ts';

/** A table of granule-like items: the key, and an index. */
export const GRANULE_SCHEMA: TableSchema = {
  key: { hash: { name: 'granuleId', type: 'S' } },
  globalIndexes: [
    {
      name: 'collectionId-granuleId-index',
      key: { hash: { name: 'collectionId', type: 'S' }, range: { name: 'granuleId', type: 'S' } },
      projection: { ProjectionType: 'ALL' },
    },
  ],
  localIndexes: [],
};

export function granule(number: number, more: TypedItem = {}): TypedItem {
  return {
    granuleId: { S: `granule-${String(number).padStart(6, '0')}` },
    collectionId: { S: `MOD09GQ___00${number % 3}` },
    createdAt: { N: String(1577836800000 + number) },
    ...more,
  };
}

/** A folder for each test, and tables under names of its own; all are gone after it. */
export class Scratch {
  readonly client: DynamoDBClient = createClient();
  directory = '';
  readonly #tables: string[] = [];
  readonly #clients: DynamoDBClient[] = [];

  constructor() {
    beforeEach(() => {
      this.directory = mkdtempSync(join(tmpdir(), 'dynamodb-test-'));
    });
    afterEach(async () => {
      rmSync(this.directory, { recursive: true });
      for (const client of this.#clients.splice(0)) client.destroy();
      for (const table of this.#tables.splice(0)) {
        await this.client.send(new DeleteTableCommand({ TableName: table })).catch(() => undefined);
      }
    });
    afterAll(() => this.client.destroy());
  }

  /**
   * A client before whose Nth request of a kind something happens. Further requests wait until it has.
   * @param command such as `ScanCommand`
   */
  clientBefore(command: string, request: number, happen: () => Promise<void>): DynamoDBClient {
    const client = createClient();
    this.#clients.push(client);
    let requests = 0;
    let happening: Promise<void> | undefined;
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === command) {
            requests += 1;
            if (requests === request) happening = happen();
            await happening;
          }
          return next(args);
        },
      { step: 'initialize' },
    );
    return client;
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  tableName(suffix = 'GranulesTable'): string {
    const name = `test${process.pid}x${Math.random().toString(36).slice(2, 10)}-${suffix}`;
    this.#tables.push(name);
    return name;
  }

  async table(items: readonly TypedItem[] = [], schema = GRANULE_SCHEMA): Promise<string> {
    const name = this.tableName();
    await createTable(this.client, name, schema);
    await this.put(name, items);
    return name;
  }

  /** Deletes a table, and makes another one of its name with the same key. */
  async replaceTable(name: string, items: readonly TypedItem[] = [], schema = GRANULE_SCHEMA): Promise<void> {
    await this.client.send(new DeleteTableCommand({ TableName: name }));
    await waitUntilTableNotExists({ client: this.client, maxWaitTime: 20, minDelay: 1 }, { TableName: name });
    await createTable(this.client, name, schema);
    await this.put(name, items);
  }

  async put(table: string, items: readonly TypedItem[]): Promise<void> {
    for (let start = 0; start < items.length; start += 25) {
      const requests = items.slice(start, start + 25).map((item) => ({ PutRequest: { Item: item as never } }));
      await this.client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
    }
  }
}

import { DeleteTableCommand, type DynamoDBClient, waitUntilTableNotExists } from '@aws-sdk/client-dynamodb';
import { Scratch as AnyScratch, createTable, type Item, putAll, type ScratchUse } from '@cumulus/test-kit/tables';
import { afterAll } from '@jest/globals';
import { createClient } from '../src/aws/client.ts';
import type { TypedItem } from '../src/items/typed-item.ts';
import { createTableInput, type TableSchema } from '../src/tables/schema.ts';

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

/** A folder for each test or all of them, tables of granules, and clients of the library. */
export class Scratch extends AnyScratch {
  readonly client: DynamoDBClient = createClient();
  readonly #clients: DynamoDBClient[] = [];

  constructor(use?: ScratchUse) {
    super(use);
    this.after(() => {
      for (const client of this.#clients.splice(0)) client.destroy();
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

  async table(items: readonly TypedItem[] = [], schema = GRANULE_SCHEMA): Promise<string> {
    const table = await createTable(createTableInput(this.tableName(), schema));
    await this.put(table, items);
    return table;
  }

  /** Deletes a table, and makes another one of its name with the same key. */
  async replaceTable(name: string, items: readonly TypedItem[] = [], schema = GRANULE_SCHEMA): Promise<void> {
    await this.client.send(new DeleteTableCommand({ TableName: name }));
    await waitUntilTableNotExists({ client: this.client, maxWaitTime: 20, minDelay: 1 }, { TableName: name });
    await createTable(createTableInput(name, schema));
    await this.put(name, items);
  }

  async put(table: string, items: readonly TypedItem[]): Promise<void> {
    await putAll(table, items as readonly Item[]);
  }
}

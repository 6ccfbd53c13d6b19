import { randomBytes } from 'node:crypto';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createClient } from '@cumulus/dynamodb/aws';
import { deleteItems, fromAttributes, type PlainItem, scanPageOfItems, toAttributes } from '@cumulus/dynamodb/items';
import {
  createTableInput,
  physicalTableName,
  RECORD_COUNTS_TABLE,
  schemaOf,
  TABLE_DEFINITIONS,
  TABLE_NAMES,
  type TableName,
} from '@cumulus/dynamodb/tables';
import { createTable, ownTables, putAll } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { createModels, type Models, type ModelsOptions } from '../../src/create-models.ts';
import { localKeyCipher } from '../../src/secrets/local-key-cipher.ts';

/** Which tables a file of tests needs. */
export interface DeployedTables {
  /** Any other table is not there, so a test that needs one fails. */
  readonly tables: readonly (TableName | 'RecordCountsTable')[];
  /** Their indexes, which make each write slower: all, or those of these names; none unless given. */
  readonly indexes?: 'all' | readonly string[];
}

/**
 * Makes tables of a deployment, without streams: DynamoDB Local keeps what a stream held when its table is gone, and all
 * that it does gets slower with that.
 */
export async function createTables(prefix: string, { tables, indexes = [] }: DeployedTables): Promise<void> {
  const definitions = [...TABLE_DEFINITIONS, RECORD_COUNTS_TABLE].filter(({ name }) => tables.includes(name));
  await Promise.all(
    definitions.map((definition) => {
      const { stream: _, ...schema } = schemaOf(definition);
      const globalIndexes = schema.globalIndexes.filter(({ name }) => indexes === 'all' || indexes.includes(name));
      return createTable(createTableInput(physicalTableName(prefix, definition.name), { ...schema, globalIndexes }));
    }),
  );
}

/** Tables of a deployment, for the tests of one file: empty before each, and gone after all. */
export class Deployment {
  readonly client = createClient();
  readonly prefix = ownTables().prefix;
  readonly cipher = localKeyCipher(randomBytes(32).toString('base64'));
  /** The time now, which goes by only when a test sets it. */
  now = 1_000;

  constructor(deployed: DeployedTables) {
    const emptied = TABLE_NAMES.filter((name) => deployed.tables.includes(name));
    beforeAll(() => createTables(this.prefix, deployed), 60_000);
    beforeEach(async () => {
      this.now = 1_000;
      await Promise.all(emptied.map((name) => this.empty(name)));
    });
    afterAll(() => this.client.destroy());
  }

  table(name: TableName): string {
    return physicalTableName(this.prefix, name);
  }

  models(options: Partial<ModelsOptions> = {}): Models {
    const { client, prefix: tables, cipher } = this;
    return createModels({ client, tables, cipher, now: () => this.now, ...options });
  }

  /** An item as the table has it. */
  async item(name: TableName, key: PlainItem): Promise<PlainItem | undefined> {
    const command = new GetItemCommand({ TableName: this.table(name), Key: toAttributes(key), ConsistentRead: true });
    const { Item } = await this.client.send(command);
    return Item === undefined ? undefined : fromAttributes(Item);
  }

  /** Writes an item as another release may have done. */
  async put(name: TableName, item: PlainItem): Promise<void> {
    await this.client.send(new PutItemCommand({ TableName: this.table(name), Item: toAttributes(item) }));
  }

  /** Writes many items in few requests. */
  async putMany(name: TableName, items: readonly PlainItem[]): Promise<void> {
    await putAll(this.table(name), items.map(toAttributes), this.client);
  }

  async items(name: TableName): Promise<readonly PlainItem[]> {
    return (await scanPageOfItems({ client: this.client, table: this.table(name), consistent: true })).items;
  }

  async empty(name: TableName): Promise<void> {
    const { hashKey, rangeKey } = TABLE_DEFINITIONS.find((definition) => definition.name === name) ?? { hashKey: '' };
    const fields = rangeKey === undefined ? [hashKey] : [hashKey, rangeKey];
    const keys = (await this.items(name)).map((item) =>
      Object.fromEntries(fields.map((field) => [field, item[field]])),
    );
    await deleteItems({ client: this.client, table: this.table(name) }, keys);
  }
}

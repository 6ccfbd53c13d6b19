import { randomBytes } from 'node:crypto';
import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  ListTablesCommand,
  type ListTablesCommandOutput,
  paginateScan,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { createClient } from '@cumulus/dynamodb/aws';
import { afterAll } from '@jest/globals';

export type Item = Record<string, AttributeValue>;

/** Asks the tests' DynamoDB directly. */
export const client = createClient();

/** Tables that no other test has; deleted after the tests of the describe block, or file, that calls {@link ownTables}. */
export class OwnTables {
  /** What the names of all of them begin with. */
  readonly prefix = `e2e-${randomBytes(5).toString('hex')}`;

  /** A name with the prefix; the table is deleted after the tests, whoever makes it. */
  name(name = randomBytes(5).toString('hex')): string {
    return `${this.prefix}-${name}`;
  }

  /** Makes a table with string keys. */
  async create(items: readonly Item[] = [], keys: readonly string[] = ['granuleId'], name?: string): Promise<string> {
    const table = this.name(name);
    await client.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: keys.map((key) => ({ AttributeName: key, AttributeType: 'S' })),
        KeySchema: keys.map((key, index) => ({ AttributeName: key, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
      }),
    );
    await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName: table });
    await putAll(table, items);
    return table;
  }

  async delete(): Promise<void> {
    const tables = await tablesWithPrefix(this.prefix);
    await Promise.all(tables.map((table) => client.send(new DeleteTableCommand({ TableName: table }))));
  }
}

export function ownTables(): OwnTables {
  const tables = new OwnTables();
  afterAll(() => tables.delete());
  return tables;
}

export async function putAll(table: string, items: readonly Item[]): Promise<void> {
  for (let first = 0; first < items.length; first += 25) {
    const requests = items.slice(first, first + 25).map((Item) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
  }
}

/** All items, as the SDK reads them, of the tests' DynamoDB unless another is to be asked. */
export async function itemsOf(table: string, asked: DynamoDBClient = client): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of paginateScan({ client: asked }, { TableName: table, ConsistentRead: true })) {
    items.push(...(page.Items ?? []));
  }
  return items;
}

export async function tablesWithPrefix(prefix: string): Promise<string[]> {
  const names: string[] = [];
  let last: string | undefined = prefix;
  do {
    const page: ListTablesCommandOutput = await client.send(new ListTablesCommand({ ExclusiveStartTableName: last }));
    names.push(...(page.TableNames ?? []));
    last = page.LastEvaluatedTableName;
  } while (last?.startsWith(prefix));
  return names.filter((name) => name.startsWith(prefix));
}

import { randomBytes } from 'node:crypto';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  type DynamoDBClient,
  ListTablesCommand,
  type ListTablesCommandOutput,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { afterAll } from '@jest/globals';
import { client, type Item, putAll } from './items.ts';

/** Tables that no other test has: their names begin alike. */
export class OwnTables {
  /** What the names of all of them begin with. */
  readonly prefix = `test-${randomBytes(5).toString('hex')}`;

  /** A name with the prefix; the table is deleted after the tests, whoever makes it. */
  name(name = randomBytes(5).toString('hex')): string {
    return `${this.prefix}-${name}`;
  }

  /** Makes a table with string keys, and puts items into it. @returns its name */
  async create(items: readonly Item[] = [], keys: readonly string[] = ['granuleId'], name?: string): Promise<string> {
    return createTable(stringKeyed(this.name(name), keys), items);
  }

  async delete(): Promise<void> {
    const tables = await tablesWithPrefix(this.prefix);
    await Promise.all(tables.map((TableName) => client.send(new DeleteTableCommand({ TableName }))));
  }
}

/** Tables for the tests of the describe block, or file, that calls this; deleted after them. */
export function ownTables(): OwnTables {
  const tables = new OwnTables();
  afterAll(() => tables.delete());
  return tables;
}

/** A table whose keys are strings: the hash key, and perhaps a range key. */
export function stringKeyed(TableName: string, keys: readonly string[]): CreateTableCommandInput {
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: keys.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
  };
}

/** Makes a table, in the tests' DynamoDB unless given, waits until it is there, and puts items into it. @returns its name */
export async function createTable(
  input: CreateTableCommandInput,
  items: readonly Item[] = [],
  asked: DynamoDBClient = client,
): Promise<string> {
  const table = String(input.TableName);
  const { TableDescription } = await asked.send(new CreateTableCommand(input));
  if (TableDescription?.TableStatus !== 'ACTIVE') {
    await waitUntilTableExists({ client: asked, maxWaitTime: 30, minDelay: 1 }, { TableName: table });
  }
  await putAll(table, items, asked);
  return table;
}

/** The names of the tables whose names begin so. */
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

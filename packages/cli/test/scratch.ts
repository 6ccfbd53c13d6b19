import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  ScanCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { createClient } from '@cumulus/dynamodb/aws';
import { createTableInput, schemaOf, TABLE_DEFINITIONS, TABLE_NAMES } from '@cumulus/dynamodb/tables';
import { afterAll, afterEach, beforeEach } from '@jest/globals';

type Item = Record<string, AttributeValue>;

export function granule(number: number, more: Item = {}): Item {
  return { granuleId: { S: `granule-${number}` }, collectionId: { S: 'MOD09GQ___006' }, ...more };
}

export function granules(count: number, more: Item = {}): readonly Item[] {
  return Array.from({ length: count }, (_, number) => granule(number, more));
}

/** Waits until a directory has an entry whose name begins so. */
export async function untilInDirectory(directory: string, begin: string): Promise<void> {
  while (!readdirSync(directory).some((name) => name.startsWith(begin))) await sleep(50);
}

/** A folder for each test, and tables of prefixes of its own; all are gone after it. */
export class Scratch {
  readonly client: DynamoDBClient = createClient();
  directory = '';
  readonly #prefixes: string[] = [];

  constructor() {
    beforeEach(() => {
      this.directory = mkdtempSync(join(tmpdir(), 'cli-test-'));
    });
    afterEach(async () => {
      rmSync(this.directory, { recursive: true });
      for (const prefix of this.#prefixes.splice(0)) {
        for (const name of TABLE_NAMES) {
          const TableName = `${prefix}-${name}`;
          await this.client.send(new DeleteTableCommand({ TableName })).catch(() => undefined);
        }
      }
    });
    afterAll(() => this.client.destroy());
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** A prefix that no other test has. */
  prefix(): string {
    const prefix = `cli${process.pid}x${Math.random().toString(36).slice(2, 10)}`;
    this.#prefixes.push(prefix);
    return prefix;
  }

  /** Makes a deployment's table with items; returns its name. */
  async table(prefix: string, name: (typeof TABLE_NAMES)[number], items: readonly Item[] = []): Promise<string> {
    const definition = TABLE_DEFINITIONS.find((candidate) => candidate.name === name);
    if (definition === undefined) throw new TypeError(name);
    const TableName = `${prefix}-${name}`;
    await this.client.send(new CreateTableCommand(createTableInput(TableName, schemaOf(definition))));
    await waitUntilTableExists({ client: this.client, maxWaitTime: 30, minDelay: 1 }, { TableName });
    await this.put(TableName, items);
    return TableName;
  }

  async put(table: string, items: readonly Item[]): Promise<void> {
    for (let begin = 0; begin < items.length; begin += 25) {
      const requests = items.slice(begin, begin + 25).map((Item) => ({ PutRequest: { Item } }));
      await this.client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
    }
  }

  async count(table: string): Promise<number> {
    const { Count = 0 } = await this.client.send(new ScanCommand({ TableName: table, Select: 'COUNT' }));
    return Count;
  }
}

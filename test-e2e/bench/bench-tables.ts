import { CreateTableCommand, DeleteTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { createClient } from '@cumulus/dynamodb/aws';
import { DEFAULT_WRITE_CONCURRENCY } from '@cumulus/dynamodb/backup';
import {
  createTableInput,
  physicalTableName,
  RECORD_COUNTS_TABLE,
  schemaOf,
  TABLE_DEFINITIONS,
  type TableSchema,
} from '@cumulus/dynamodb/tables';
import { granuleBatches, writeBatches } from './granule-batches.ts';
import { RawDynamoDB } from './raw-dynamodb.ts';

/** The tables of a benchmark, under a prefix of its own. */
export class BenchTables {
  readonly client = createClient();
  readonly prefix = `bench-${process.pid}`;
  /** Those to be deleted at the end. */
  readonly names = new Set<string>();

  /** A table has no stream unless it is to be read, and its indexes unless they are left out. */
  async createGranulesTable(name: string, { withStream = false, withIndexes = true } = {}): Promise<void> {
    const definition = TABLE_DEFINITIONS.find((table) => table.name === 'GranulesTable');
    if (definition === undefined) throw new Error('no definition of the GranulesTable');
    // Without its stream: the more records DynamoDB Local's streams hold, those of other tables too, the slower it writes.
    const { stream, ...others } = schemaOf(definition);
    await this.#create(name, {
      ...others,
      ...(withStream ? { stream } : {}),
      ...(withIndexes ? {} : { globalSecondaryIndexes: [] }),
    });
  }

  async createCountsTable(): Promise<void> {
    await this.#create(physicalTableName(this.prefix, RECORD_COUNTS_TABLE.name), schemaOf(RECORD_COUNTS_TABLE));
  }

  async #create(name: string, schema: TableSchema): Promise<void> {
    this.names.add(name);
    await this.client.send(new CreateTableCommand(createTableInput(name, schema)));
    await waitUntilTableExists({ client: this.client, maxWaitTime: 60, minDelay: 1 }, { TableName: name });
  }

  /** Writes so many granules. */
  async load(table: string, size: number, revision?: number): Promise<void> {
    const raw = new RawDynamoDB(DEFAULT_WRITE_CONCURRENCY);
    await writeBatches(raw, granuleBatches(table, size, { revision }), DEFAULT_WRITE_CONCURRENCY);
    raw.close();
  }

  async delete(name: string): Promise<void> {
    await this.client.send(new DeleteTableCommand({ TableName: name }));
    this.names.delete(name);
  }

  async deleteAll(): Promise<void> {
    for (const name of this.names) await this.delete(name).catch(() => undefined);
    this.client.destroy();
  }
}

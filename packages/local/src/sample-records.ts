import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { DescribeTableCommand, type DynamoDBClient, type TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';

/** A record as plain values. */
export type SampleRecord = Record<string, unknown>;

/** The records of one table. */
export interface SampleTable {
  /** The table's name without a deployment's prefix: `GranulesTable`. */
  readonly tableName: string;
  readonly records: readonly SampleRecord[];
}

const DIRECTORY = new URL('../sample-records/', import.meta.url);

/** The most writes that DynamoDB takes in one transaction. */
const BATCH_SIZE = 100;

/**
 * The records of a small deployment: 200 granules of a real one, and with them their collections, providers, rules,
 * executions, PDRs and files, and some users, access tokens, asynchronous operations and semaphores. They fit
 * together: whatever a record names is there as well.
 *
 * @example
 * ```ts
 * import { sampleRecords } from '@cumulus/local';
 *
 * for await (const { tableName, records } of sampleRecords()) console.log(tableName, records.length);
 * ```
 */
export async function* sampleRecords(): AsyncGenerator<SampleTable> {
  for (const file of (await readdir(DIRECTORY)).sort()) {
    const records: SampleRecord[] = [];
    for await (const line of createInterface({ input: createReadStream(new URL(file, DIRECTORY)) })) {
      records.push(JSON.parse(line) as SampleRecord);
    }
    yield { tableName: file.replace(/\.json$/, ''), records };
  }
}

/** Where the sample records go. */
export interface LoadOptions {
  readonly client: DynamoDBClient;
  /** Gives the physical name of a table: `(name) => 'prefix-' + name`. The tables have to be there. */
  readonly tableName: (name: string) => string;
}

/** What became of the sample records. */
export interface Loaded {
  /** How many were written. */
  readonly written: number;
  /** How many were not, because the table has an item of the same key, which was left as it is. */
  readonly present: number;
}

/**
 * Writes all {@link sampleRecords} into the tables of a deployment. Nothing is overwritten: where a table has an item of
 * the same key, that stays.
 *
 * @throws an error of the AWS SDK, `ResourceNotFoundException` where a table is missing
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { loadSampleRecords, serverSettings, startDynamoDB } from '@cumulus/local';
 *
 * const client = new DynamoDBClient(serverSettings(await startDynamoDB()));
 * // … create the tables of the prefix `local` …
 * const { written } = await loadSampleRecords({ client, tableName: (name) => `local-${name}` });
 * ```
 */
export async function loadSampleRecords({ client, tableName }: LoadOptions): Promise<Loaded> {
  const documents = DynamoDBDocumentClient.from(client);
  let written = 0;
  let present = 0;
  for await (const { tableName: name, records } of sampleRecords()) {
    const table = tableName(name);
    const { Table: description } = await client.send(new DescribeTableCommand({ TableName: table }));
    const key = String(description?.KeySchema?.[0]?.AttributeName);
    for (let start = 0; start < records.length; start += BATCH_SIZE) {
      const batch = records.slice(start, start + BATCH_SIZE);
      const created = await createAll(documents, { table, key, records: batch });
      written += created;
      present += batch.length - created;
    }
  }
  return { written, present };
}

interface Batch {
  readonly table: string;
  /** An attribute of the table's key. */
  readonly key: string;
  readonly records: readonly SampleRecord[];
}

/** Writes the records that are not there. @returns how many these are */
async function createAll(documents: DynamoDBDocumentClient, { table, key, records }: Batch): Promise<number> {
  if (records.length === 0) return 0;
  const TransactItems = records.map((Item) => ({
    Put: {
      TableName: table,
      Item,
      ConditionExpression: 'attribute_not_exists(#key)',
      ExpressionAttributeNames: { '#key': key },
    },
  }));
  try {
    await documents.send(new TransactWriteCommand({ TransactItems }));
    return records.length;
  } catch (error) {
    if ((error as Error).name !== 'TransactionCanceledException') throw error;
    const { CancellationReasons: reasons = [] } = error as TransactionCanceledException;
    const missing = records.filter((_record, index) => reasons[index]?.Code !== 'ConditionalCheckFailed');
    if (missing.length === records.length) throw error;
    return createAll(documents, { table, key, records: missing });
  }
}

import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, type BatchWriteCommandOutput, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** A record as plain values. */
export type SampleRecord = Record<string, unknown>;

/** The records of one table. */
export interface SampleTable {
  /** The table's name without a deployment's prefix: `GranulesTable`. */
  readonly tableName: string;
  readonly records: readonly SampleRecord[];
}

const DIRECTORY = new URL('../sample-records/', import.meta.url);

/** The most items that DynamoDB takes in one BatchWriteItem. */
const BATCH_SIZE = 25;

/** The first wait before items that were not processed are sent again, in milliseconds; it doubles each time. */
const FIRST_WAIT = 50;
const MAX_ATTEMPTS = 8;

/**
 * The records of a small deployment: 200 granules of a real one, and with them their collections, providers, rules,
 * executions, PDRs and files, and some users, access tokens, asynchronous operations and semaphores. They fit
 * together: whatever a record names is there as well.
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

/**
 * Writes all {@link sampleRecords} into the tables of a deployment, over items of the same key.
 *
 * @returns how many records were written
 * @throws an error of the AWS SDK, `ResourceNotFoundException` where a table is missing
 */
export async function loadSampleRecords({ client, tableName }: LoadOptions): Promise<number> {
  const documents = DynamoDBDocumentClient.from(client);
  let written = 0;
  for await (const table of sampleRecords()) {
    for (let start = 0; start < table.records.length; start += BATCH_SIZE) {
      const batch = table.records.slice(start, start + BATCH_SIZE);
      await writeBatch(documents, tableName(table.tableName), batch);
      written += batch.length;
    }
  }
  return written;
}

async function writeBatch(documents: DynamoDBDocumentClient, table: string, records: readonly SampleRecord[]) {
  let requests: BatchWriteCommand['input']['RequestItems'] = {
    [table]: records.map((Item) => ({ PutRequest: { Item } })),
  };
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const answer: BatchWriteCommandOutput = await documents.send(new BatchWriteCommand({ RequestItems: requests }));
    if (Object.keys(answer.UnprocessedItems ?? {}).length === 0) return;
    requests = answer.UnprocessedItems;
    await sleep(FIRST_WAIT * 2 ** (attempt - 1));
  }
  throw new Error(`${table} did not take all sample records, each sent ${MAX_ATTEMPTS} times.`);
}

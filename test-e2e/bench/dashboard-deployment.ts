import { CreateTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { createStreamsClient } from '@cumulus/dynamodb/aws';
import { DEFAULT_WRITE_CONCURRENCY } from '@cumulus/dynamodb/backup';
import { toAttributes } from '@cumulus/dynamodb/items';
import {
  createTableInput,
  physicalTableName,
  RECORD_COUNTS_TABLE,
  schemaOf,
  TABLE_DEFINITIONS,
  type TableName,
} from '@cumulus/dynamodb/tables';
import { type SampleRecord, sampleRecords } from '@cumulus/local';
import { COUNTED_TYPES, type CountedType, readCounts, recount } from '@cumulus/models/counts';
import { NAMED_RECORDS } from '../test/api/dashboard-requests.ts';
import type { BenchTables } from './bench-tables.ts';
import { writeBatches } from './granule-batches.ts';
import { RawDynamoDB } from './raw-dynamodb.ts';

/** Over how many days the records' times are spread. */
const DAYS = 100;
export const DAY = 24 * 3_600_000;

const GRANULES_OF_PDR = 20;

/** How many records the tables have that grow; the others, and those not named, have the sample records. */
export interface DeploymentSize {
  readonly granules: number;
  readonly executions?: number;
}

/** Whether a deployment was loaded by an earlier run: its counts come last. */
export async function isLoaded({ client }: BenchTables, prefix: string): Promise<boolean> {
  const countsTable = physicalTableName(prefix, RECORD_COUNTS_TABLE.name);
  try {
    const kinds = Object.keys(COUNTED_TYPES) as CountedType[];
    const kept = await Promise.all(kinds.map((recordType) => readCounts({ client, countsTable, recordType })));
    return kept.every(({ recountDue }) => recountDue === undefined);
  } catch {
    return false;
  }
}

/**
 * Creates the tables of a deployment, writes so many granules and executions and what belongs to them, and counts them.
 * @param beforeCounts is called once all is written
 */
export async function loadDeployment(
  tables: BenchTables,
  prefix: string,
  { granules, executions }: DeploymentSize,
  beforeCounts: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const { client } = tables;
  const large: Partial<Record<string, number>> = { GranulesTable: granules, ExecutionsTable: executions };
  for (const definition of [...TABLE_DEFINITIONS, RECORD_COUNTS_TABLE]) {
    const name = physicalTableName(prefix, definition.name);
    // Without streams: the more they hold, the slower DynamoDB Local writes.
    const { stream: _, ...schema } = schemaOf(definition);
    tables.names.add(name);
    await client.send(new CreateTableCommand(createTableInput(name, schema)));
    await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1 }, { TableName: name });
  }
  const raw = new RawDynamoDB(DEFAULT_WRITE_CONCURRENCY);
  const now = Date.now();
  for await (const { tableName, records } of sampleRecords()) {
    const table = physicalTableName(prefix, tableName as TableName);
    const named = NAMED_RECORDS[tableName] ?? [];
    await writeBatches(
      raw,
      batchesOf(table, (index) => named[index], named.length),
      DEFAULT_WRITE_CONCURRENCY,
    );
    const size = large[tableName];
    const batches =
      size === undefined
        ? batchesOf(table, (index) => records[index], records.length)
        : batchesOf(table, (index) => oneOfMany(records, index, now - (index * DAYS * DAY) / size), size);
    await writeBatches(raw, batches, DEFAULT_WRITE_CONCURRENCY);
  }
  raw.close();
  await beforeCounts();
  await countDeployment(tables, prefix);
}

async function countDeployment({ client }: BenchTables, prefix: string): Promise<void> {
  const streamsClient = createStreamsClient();
  const countsTable = physicalTableName(prefix, RECORD_COUNTS_TABLE.name);
  for (const recordType of Object.keys(COUNTED_TYPES) as CountedType[]) {
    const table = physicalTableName(prefix, COUNTED_TYPES[recordType].table);
    await recount({ client, streamsClient, countsTable, recordType, table, settleTime: 1 });
  }
  streamsClient.destroy();
}

/**
 * One of many records like the samples, with an id and a time of its own. A fifth has failed and a tenth is running, in each
 * collection: so pages of all that dashboards list are full, and compare alike, at 2,000 already.
 */
function oneOfMany(records: readonly SampleRecord[], index: number, at: number): SampleRecord {
  const record = records[index % records.length] ?? {};
  const { arn, name, granuleId, execution } = record;
  const time = Math.round(at);
  const turn = (index + Math.floor(index / records.length)) % 10;
  const status = turn < 2 ? 'failed' : turn === 2 ? 'running' : 'completed';
  return {
    ...record,
    ...(arn === undefined
      ? {
          granuleId: `${granuleId}_${index}`,
          execution: `${execution}_${index}`,
          pdrName: `pdr_${Math.floor(index / GRANULES_OF_PDR)}`,
        }
      : { arn: `${arn}_${index}`, name: `${name}_${index}` }),
    ...{ status, duration: 60 + (index % 600) / 10, timestamp: time, createdAt: time - 60_000, updatedAt: time },
    ...(status === 'failed' ? { error: { Error: 'States.Timeout', Cause: `Of record ${index}` } } : {}),
  };
}

const BATCH = 25;

function* batchesOf(
  table: string,
  recordAt: (index: number) => SampleRecord | undefined,
  size: number,
): Generator<Buffer> {
  for (let first = 0; first < size; first += BATCH) {
    const puts = Array.from({ length: Math.min(BATCH, size - first) }, (_, index) => ({
      PutRequest: { Item: toAttributes(recordAt(first + index) ?? {}) },
    }));
    yield Buffer.from(JSON.stringify({ RequestItems: { [table]: puts } }));
  }
}

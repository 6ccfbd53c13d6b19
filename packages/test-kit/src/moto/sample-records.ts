import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { sampleRecords } from '@cumulus/local';

const BATCH_SIZE = 25;

/**
 * Writes sample records into the empty tables of a deployment in moto. `loadSampleRecords`, which overwrites nothing, takes
 * twenty seconds there: for each item of a transaction moto copies the whole table.
 *
 * @param perTable how many of each table at most; all unless given. moto takes a millisecond of processor time for each item that it reads,
 * so a test that several commands read all tables in has few.
 * @returns how many were written
 */
export async function putSampleRecords(client: DynamoDBClient, prefix: string, perTable?: number): Promise<number> {
  const documents = DynamoDBDocumentClient.from(client);
  let written = 0;
  for await (const { tableName, records: all } of sampleRecords()) {
    const records = all.slice(0, perTable);
    for (let start = 0; start < records.length; start += BATCH_SIZE) {
      const requests = records.slice(start, start + BATCH_SIZE).map((Item) => ({ PutRequest: { Item } }));
      await documents.send(new BatchWriteCommand({ RequestItems: { [`${prefix}-${tableName}`]: requests } }));
      written += requests.length;
    }
  }
  return written;
}

import {
  type AttributeValue,
  BatchWriteItemCommand,
  DynamoDBClient,
  paginateScan,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';

export type Item = Record<string, AttributeValue>;

const BATCH_SIZE = 25;

/** Asks the tests' DynamoDB directly, past what is tested. */
export const client = new DynamoDBClient();
// It copies all items for a log that nobody reads.
client.middlewareStack.remove('loggerMiddleware');

/** Writes items into a table, of the tests' DynamoDB unless another is to be asked. */
export async function putAll(table: string, items: readonly Item[], asked: DynamoDBClient = client): Promise<void> {
  for (let start = 0; start < items.length; start += BATCH_SIZE) {
    const requests = items.slice(start, start + BATCH_SIZE).map((Item) => ({ PutRequest: { Item } }));
    await asked.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
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

/** How many items a small table has. */
export async function countItems(table: string): Promise<number> {
  const { Count = 0 } = await client.send(new ScanCommand({ TableName: table, Select: 'COUNT', ConsistentRead: true }));
  return Count;
}

import { type AttributeValue, type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';

/** All items of a table as texts, in one order, which are equal if the items are; what this project's own code makes of items has no part in it. */
export async function scanItems(client: DynamoDBClient, TableName: string): Promise<readonly string[]> {
  const items: string[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName })) {
    for (const item of Items) items.push(JSON.stringify(sorted({ M: item })));
  }
  return items.sort();
}

/** The number of items. */
export async function countItems(client: DynamoDBClient, TableName: string): Promise<number> {
  let count = 0;
  for await (const { Count = 0 } of paginateScan({ client }, { TableName, Select: 'COUNT' })) count += Count;
  return count;
}

/** A value whose sets and maps are in one order, and whose bytes are text. */
function sorted(value: AttributeValue): unknown {
  if (value.M !== undefined) {
    const fields = Object.entries(value.M).sort(([one], [other]) => (one < other ? -1 : 1));
    return { M: fields.map(([name, field]) => [name, sorted(field)]) };
  }
  if (value.L !== undefined) return { L: value.L.map(sorted) };
  if (value.SS !== undefined) return { SS: [...value.SS].sort() };
  if (value.NS !== undefined) return { NS: [...value.NS].sort() };
  if (value.B !== undefined) return { B: base64(value.B) };
  if (value.BS !== undefined) return { BS: value.BS.map(base64).sort() };
  return value;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

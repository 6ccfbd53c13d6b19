import { type AttributeValue, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { scanItems } from './scan-items.ts';

type Item = Record<string, AttributeValue>;

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);

/** An item for each kind of value that a tool may lose. */
export const KINDS: Readonly<Record<string, AttributeValue>> = {
  'numbers of 38 digits': { L: [{ N: '12345678901234567890123456789012345678' }, { N: '1.5E-130' }] },
  'sets of strings and of numbers': { M: { strings: { SS: ['a', 'b'] }, numbers: { NS: ['1', '2.5'] } } },
  binary: { B: bytes(0, 127, 128, 255) },
  'binary in maps and lists': { L: [{ M: { of: { B: bytes(0, 255) } } }] },
  'sets of binary': { BS: [bytes(0), bytes(255, 254)] },
  'empty strings, lists and maps': { L: [{ S: '' }, { L: [] }, { M: {} }, { NULL: true }] },
};

/** Puts the item of a kind into a table of granules. */
export async function putKind(client: DynamoDBClient, table: string, value: AttributeValue): Promise<void> {
  const Item: Item = { granuleId: { S: 'of-a-kind' }, collectionId: { S: 'C___1' }, value };
  await client.send(new PutItemCommand({ TableName: table, Item }));
}

/** Whether two tables hold equal items. */
export async function areEqual(client: DynamoDBClient, one: string, other: string): Promise<boolean> {
  const [first, second] = [await scanItems(client, one), await scanItems(client, other)];
  return first.length > 0 && JSON.stringify(first) === JSON.stringify(second);
}

import type { Ask, Attributes } from './engine.ts';
import { invalid, Refusal, typeOf } from './failures.ts';

/** What a write or a read says of its item. */
type OfItem = Readonly<Record<string, unknown>>;

/**
 * The names of the attributes that are a table's key.
 * @throws Refusal where the table is not there
 */
export async function keyNames(ask: Ask, table: unknown): Promise<readonly string[]> {
  const { status, body } = await ask('DescribeTable', { TableName: table });
  if (status !== 200) throw new Refusal(typeOf('ResourceNotFoundException'), 'Requested resource not found');
  const { KeySchema: schema } = body['Table'] as { KeySchema: { AttributeName: string }[] };
  return schema.map(({ AttributeName }) => AttributeName);
}

/**
 * The key of the item that a write or a read is about, by itself.
 * @throws Refusal where an attribute of its key is missing, or there is one more
 */
export function keyFrom(names: readonly string[], { Key: key, Item: item }: OfItem): Attributes {
  const given = (item ?? key ?? {}) as Attributes;
  const isKey = item !== undefined || Object.keys(given).length === names.length;
  if (!isKey || names.some((name) => given[name] === undefined)) {
    throw invalid('One of the required keys was not given a value');
  }
  return Object.fromEntries(names.map((name) => [name, given[name]]));
}

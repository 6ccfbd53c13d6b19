import { isObject } from '../aws/is-object.ts';

/** The JSON of an item or a key, as DynamoDB wrote it. */
export type RawItem = { readonly [attribute: string]: { readonly [type: string]: unknown } };

type RawValue = RawItem[string];

/**
 * An item or a key with its empty maps as DynamoDB writes them: `{"M":{}}`. The stream of DynamoDB Local writes `{}` for these, which is no
 * value.
 */
export function withEmptyMaps(item: RawItem): RawItem {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, withEmptyMapsIn(value)]));
}

function withEmptyMapsIn(value: RawValue): RawValue {
  const { M: map, L: list } = value;
  if (isObject(map)) return { M: withEmptyMaps(map as RawItem) };
  if (Array.isArray(list)) return { L: (list as readonly RawValue[]).map(withEmptyMapsIn) };
  return Object.keys(value).length === 0 ? { M: {} } : value;
}

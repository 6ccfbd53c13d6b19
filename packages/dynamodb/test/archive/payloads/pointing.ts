import type { TypedItem } from '../../../src/items/typed-item.ts';
import { granule } from '../../scratch.ts';

export const PAYLOAD_BUCKET = 'prod-internal';

/** An item with a pointer to each of these objects. */
export function pointing(number: number, ...keys: readonly string[]): TypedItem {
  const pointers = keys.map((key, index): [string, TypedItem[string]] => [`payload${index}`, pointer(key)]);
  return granule(number, Object.fromEntries(pointers));
}

export function pointer(key: string, bucket = PAYLOAD_BUCKET): TypedItem[string] {
  const replace = { Bucket: { S: bucket }, Key: { S: key }, TargetPath: { S: '$' } };
  return { M: { replace: { M: replace } } };
}

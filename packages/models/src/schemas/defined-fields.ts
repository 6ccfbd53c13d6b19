import type { PlainItem } from '@cumulus/dynamodb/items';

/** An object's fields without those that are undefined. */
export function definedFields(fields: object): PlainItem {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

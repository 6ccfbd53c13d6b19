import { isObject } from '@cumulus/dynamodb/aws';

type Meta = { readonly [name: string]: unknown };

/**
 * A message's `meta` out of the deployment's template and what a rule adds to it: objects within objects are merged, all else of
 * the rule takes the place of what the template has.
 */
export function mergeMeta(template: Meta, added: Meta): Meta {
  const merged = new Map<string, unknown>(Object.entries(template));
  for (const [name, value] of Object.entries(added)) {
    const present = merged.get(name);
    merged.set(name, isMeta(present) && isMeta(value) ? mergeMeta(present, value) : value);
  }
  return Object.fromEntries(merged);
}

function isMeta(value: unknown): value is Meta {
  return isObject(value) && !(value instanceof Set);
}

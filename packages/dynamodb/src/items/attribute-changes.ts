import { canonicalValue, type TypedItem, type TypedValue } from './typed-item.ts';

/** An attribute that two states of an item do not have in common. */
export interface AttributeChange {
  /** The name of the attribute; of one in a map, the names of the maps before it. */
  readonly path: readonly string[];
  /** Undefined where the first state lacks it. */
  readonly before: TypedValue | undefined;
  /** Undefined where the second state lacks it. */
  readonly after: TypedValue | undefined;
}

/**
 * What differs between two states of an item, attribute by attribute, by value; of maps that both have, what differs in them. First come
 * the attributes of the first state in its order, then those that only the second has.
 */
export function attributeChanges(before: TypedItem, after: TypedItem): readonly AttributeChange[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => valueChanges([name], ownValue(before, name), ownValue(after, name)));
}

/** An attribute may have the name of a method that all objects have. */
function ownValue(item: TypedItem, name: string): TypedValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

function valueChanges(
  path: readonly string[],
  before: TypedValue | undefined,
  after: TypedValue | undefined,
): readonly AttributeChange[] {
  if (before === undefined || after === undefined) return [{ path, before, after }];
  if ('M' in before && 'M' in after) {
    return attributeChanges(before.M, after.M).map((change) => ({ ...change, path: [...path, ...change.path] }));
  }
  return canonicalValue(before) === canonicalValue(after) ? [] : [{ path, before, after }];
}

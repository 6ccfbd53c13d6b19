import type { ScalarAttributeType } from '@aws-sdk/client-dynamodb';

/** What has to be true of an item for a write to happen; all of them at once. */
export type Condition =
  | { readonly kind: 'exists' | 'absent'; readonly attribute: string }
  | { readonly kind: 'equals'; readonly attribute: string; readonly value: unknown }
  | { readonly kind: 'any' | 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'less' | 'more'; readonly attribute: string; readonly value: number | string }
  | { readonly kind: 'isNot'; readonly attribute: string; readonly type: ScalarAttributeType }
  | { readonly kind: 'noneOf'; readonly attribute: string; readonly values: readonly string[] };

/**
 * The attribute is there, with whatever value.
 *
 * @example
 * ```ts
 * import { conditions } from '@cumulus/dynamodb/items';
 *
 * const isThere = conditions.exists('granuleId');
 * ```
 */
export function exists(attribute: string): Condition {
  return { kind: 'exists', attribute };
}

/**
 * The attribute is not there; of a key attribute: there is no such item.
 *
 * @example
 * ```ts
 * import { conditions } from '@cumulus/dynamodb/items';
 *
 * const isNew = conditions.absent('granuleId');
 * ```
 */
export function absent(attribute: string): Condition {
  return { kind: 'absent', attribute };
}

/**
 * The attribute has this value; for undefined: it is not there.
 *
 * @example
 * ```ts
 * import { conditions } from '@cumulus/dynamodb/items';
 *
 * const isUnchanged = conditions.equals('updatedAt', 1_900_000_000_000);
 * ```
 */
export function equals(attribute: string, value: unknown): Condition {
  return value === undefined ? absent(attribute) : { kind: 'equals', attribute, value };
}

/**
 * The attribute is of the value's type, and less.
 *
 * @example
 * ```ts
 * import { conditions } from '@cumulus/dynamodb/items';
 *
 * const isOlder = conditions.less('timestamp', 1_900_000_000_000);
 * ```
 */
export function less(attribute: string, value: number | string): Condition {
  return { kind: 'less', attribute, value };
}

/**
 * The attribute is of the value's type, and more.
 *
 * @example
 * ```ts
 * import { conditions } from '@cumulus/dynamodb/items';
 *
 * const isNewer = conditions.more('timestamp', 1_900_000_000_000);
 * ```
 */
export function more(attribute: string, value: number | string): Condition {
  return { kind: 'more', attribute, value };
}

/**
 * The attribute is not of this type, or not there.
 *
 * @example
 * ```ts
 * import { conditions } from '@cumulus/dynamodb/items';
 *
 * const hasNoTime = conditions.isNot('timestamp', 'N');
 * ```
 */
export function isNot(attribute: string, type: ScalarAttributeType): Condition {
  return { kind: 'isNot', attribute, type };
}

/**
 * The attribute has none of these values, or is not there.
 *
 * @example
 * ```ts
 * import { conditions } from '@cumulus/dynamodb/items';
 *
 * const isOpen = conditions.noneOf('status', ['completed', 'failed']);
 * ```
 */
export function noneOf(attribute: string, values: readonly string[]): Condition {
  return { kind: 'noneOf', attribute, values };
}

/**
 * All of these, within {@link anyOf}.
 *
 * @example
 * ```ts
 * import { conditions } from '@cumulus/dynamodb/items';
 *
 * const isStale = conditions.anyOf(
 *   conditions.absent('lease'),
 *   conditions.allOf(conditions.exists('lease'), conditions.less('leaseEnd', 1_900_000_000)),
 * );
 * ```
 */
export function allOf(...of: readonly Condition[]): Condition {
  return { kind: 'all', of };
}

/**
 * One of these at least.
 *
 * @example
 * ```ts
 * import { conditions } from '@cumulus/dynamodb/items';
 *
 * const isFree = conditions.anyOf(conditions.absent('lease'), conditions.less('leaseEnd', 1_900_000_000));
 * ```
 */
export function anyOf(...of: readonly Condition[]): Condition {
  return { kind: 'any', of };
}

/**
 * Whether a value is an object with fields, neither null nor a list.
 *
 * @example
 * ```ts
 * import { isObject } from '@cumulus/dynamodb/aws';
 *
 * const answer: unknown = JSON.parse('{ "status": "ok" }');
 * const status = isObject(answer) ? answer['status'] : undefined;
 * ```
 */
export function isObject(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

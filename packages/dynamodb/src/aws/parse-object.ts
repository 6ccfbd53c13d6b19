import { isObject } from './is-object.ts';

/**
 * The object that a JSON text holds.
 * @returns undefined if the text is not JSON, or holds something else
 *
 * @example
 * ```ts
 * import { parseObject } from '@cumulus/dynamodb/aws';
 *
 * const { status } = parseObject('{ "status": "ok" }') ?? {};
 * ```
 */
export function parseObject(json: string): { readonly [field: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

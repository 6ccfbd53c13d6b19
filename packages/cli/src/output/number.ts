/**
 * A whole number in digits: `20,000`. Not by Intl, whose tables take 10 ms to load.
 *
 * @example
 * ```ts
 * import { number } from '@cumulus/cli';
 *
 * console.log(`${number(20_000)} files`); // 20,000 files
 * ```
 */
export function number(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/**
 * How many of something: `1 item`, `20,000 items`.
 *
 * @example
 * ```ts
 * import { count } from '@cumulus/cli';
 *
 * console.log(count(1, 'item')); // 1 item
 * ```
 */
export function count(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? '' : 's'}`;
}

import type { BackUpResult } from '@cumulus/dynamodb';
import { count, number } from './words.ts';

/** The warning that a new backup has far fewer items than an earlier one; undefined if it has not. */
export function farFewerWarning({
  table,
  items,
  farFewerThan,
}: Pick<BackUpResult, 'table' | 'items' | 'farFewerThan'>): string | undefined {
  if (farFewerThan === undefined) return undefined;
  return (
    `Table ${table} has ${count(items, 'item')} now, far fewer than the ${number(farFewerThan.items)} of ` +
    `${farFewerThan.file}, which stays until it is removed by hand.`
  );
}

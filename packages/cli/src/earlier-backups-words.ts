import type { BackUpResult } from '@cumulus/dynamodb';
import { count, number } from './words.ts';

/** What is to be warned of when a new backup has taken its place, about the earlier ones; undefined for nothing. */
export function earlierBackupsWarning({
  table,
  items,
  farFewerThan,
  notRemoved,
}: Pick<BackUpResult, 'table' | 'items' | 'farFewerThan' | 'notRemoved'>): string | undefined {
  const warnings = [
    ...(farFewerThan === undefined
      ? []
      : [
          `Table ${table} has ${count(items, 'item')} now, far fewer than the ${number(farFewerThan.items)} of ` +
            `${farFewerThan.file}, which stays until it is removed by hand.`,
        ]),
    ...(notRemoved === undefined
      ? []
      : [`The backup is in its place; earlier ones could not be removed: ${notRemoved}`]),
  ];
  return warnings.length === 0 ? undefined : warnings.join('\n  ');
}

import type { BackUpResult } from '@cumulus/dynamodb/backup';
import { count, number } from './format.ts';

/** What is to be warned of when a new backup has taken its place, about the earlier ones; undefined for nothing. */
export function earlierBackupsWarning({
  table,
  items,
  farFewerThan,
  farFewerThanEstimate,
  notRemoved,
}: Pick<BackUpResult, 'table' | 'items' | 'farFewerThan' | 'farFewerThanEstimate' | 'notRemoved'>): string | undefined {
  const warnings = [
    ...(farFewerThan === undefined
      ? []
      : [
          `Table ${table} has ${count(items, 'item')} now, far fewer than the ${number(farFewerThan.items)} of ` +
            `${farFewerThan.file}, which stays until it is removed by hand.`,
        ]),
    ...(farFewerThanEstimate === undefined
      ? []
      : [
          `The backup of ${table} has ${count(items, 'item')}, far fewer than the ${number(farFewerThanEstimate.items)} ` +
            'that DynamoDB estimates; its estimate is up to six hours old. If as many were not deleted, ' +
            'compare by cumulus-api verify --table.',
        ]),
    ...(notRemoved === undefined
      ? []
      : [`The backup is in its place; earlier ones could not be removed: ${notRemoved}`]),
  ];
  return warnings.length === 0 ? undefined : warnings.join('\n  ');
}

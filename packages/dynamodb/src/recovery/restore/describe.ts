import type { TableDescription } from '../../tables/describe.ts';

/** Whether the restore that makes a table has ended. DynamoDB describes it as a part of the table. */
export function isRestored({ status, restoredFrom }: TableDescription): boolean {
  return status === 'ACTIVE' && restoredFrom?.inProgress !== true;
}

import type { TableDescription } from '../../../tables/describe.ts';

/** The instant that a table's items are of, if it was restored from this backup. */
export function restoredFromBackup(backupArn: string, table: TableDescription | undefined): Date | undefined {
  return table?.restoredFrom?.backupArn === backupArn ? table.restoredFrom.time : undefined;
}

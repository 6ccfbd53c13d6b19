import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Condition, conditions, type PlainItem } from '@cumulus/dynamodb/items';
import type { TableName } from '@cumulus/dynamodb/tables';

/** The tables that records go to. */
export interface RecordingTarget {
  readonly client: DynamoDBClient;
  /** Gives a table's physical name. */
  readonly tableName: (name: TableName) => string;
}

/** The outcome of recording a record: written, or superseded by an event that counts more (or is the same). */
export type Recorded = 'written' | 'superseded';

/** The conditions that an item is as it was read: in these fields, or absent. */
export function unchanged(key: string, fields: readonly string[], read: PlainItem | undefined): readonly Condition[] {
  if (read === undefined) return [conditions.absent(key)];
  return [conditions.exists(key), ...fields.map((field) => conditions.equals(field, read[field]))];
}

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Condition, conditions, type PlainItem } from '@cumulus/dynamodb/items';
import type { TableName } from '@cumulus/dynamodb/tables';

/** The tables that records go to. */
export interface RecordingTarget {
  readonly client: DynamoDBClient;
  /** Gives a table's physical name. */
  readonly tableName: (name: TableName) => string;
}

/** What became of a record: an event that counts more was there already, or its own, or it was written. */
export type Recorded = 'written' | 'superseded';

/** That an item still is what was read: in these fields, or in its absence. */
export function unchanged(key: string, fields: readonly string[], read: PlainItem | undefined): readonly Condition[] {
  if (read === undefined) return [conditions.absent(key)];
  return [conditions.exists(key), ...fields.map((field) => conditions.equals(field, read[field]))];
}

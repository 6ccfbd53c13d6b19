import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { wholeSecond } from '../../../aws/zoned-time.ts';
import { findTable, type TableDescription } from '../../../tables/describe.ts';
import { describeProtection, type Protection } from '../../protection.ts';
import type { RestorableTable } from '../target.ts';

/** A table and its target as they are now. */
export interface RestoreCandidate extends RestorableTable {
  readonly description: TableDescription | undefined;
  readonly protection: Protection;
  readonly targetDescription: TableDescription | undefined;
  /** The instant that the target was restored to from the source, if an earlier call started that. */
  readonly started: Date | undefined;
}

/** Looks at a table, and at what has its target's name already. */
export async function describeCandidate(
  client: DynamoDBClient,
  { source, target }: RestorableTable,
  abortSignal: AbortSignal | undefined,
): Promise<RestoreCandidate> {
  const [description, targetDescription] = await Promise.all([
    findTable(client, source, abortSignal),
    findTable(client, target, abortSignal),
  ]);
  return {
    source,
    target,
    description,
    protection: description === undefined ? { enabled: false } : await describeProtection(client, source, abortSignal),
    targetDescription,
    started: restoredToTime(source, targetDescription),
  };
}

/** The instant that a table was restored to, if that was from this source by point-in-time recovery. */
export function restoredToTime(source: string, table: TableDescription | undefined): Date | undefined {
  const from = table?.restoredFrom;
  const isOfSource = from?.tableArn?.endsWith(`:table/${source}`) === true;
  return isOfSource && from.backupArn === undefined ? wholeSecond(from.time) : undefined;
}

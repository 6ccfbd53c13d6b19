import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { zonedTime } from '../../aws/zoned-time.ts';
import type { OnDemandBackup } from './backup.ts';
import { listOnDemandBackups } from './list.ts';

/** DynamoDB's limit on a backup's name. */
const MAX_NAME = 255;

export interface FindOnDemandBackupsOptions {
  readonly client: DynamoDBClient;
  readonly tables: readonly string[];
  /** The name of each table's backup; a name with a time stamp unless given. */
  readonly name?: string | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * Finds the backup of each table that an earlier call started. With a name, that is any backup of this name. Else it is one
 * that is being made under a name with a time stamp, and what was made of the other tables under the same stamp.
 */
export async function findOnDemandBackups({
  client,
  tables,
  name,
  abortSignal,
}: FindOnDemandBackupsOptions): Promise<ReadonlyMap<string, OnDemandBackup>> {
  const present = await listOnDemandBackups({ client, tables, type: 'USER', abortSignal });
  const unfinished = present.filter((backup) => backup.status === 'CREATING' && stampOf(backup) !== undefined);
  const earlierStamp = unfinished[0] === undefined ? undefined : stampOf(unfinished[0]);
  const find = (table: string): OnDemandBackup | undefined => {
    const isOfTable = (backup: OnDemandBackup): boolean => backup.table === table;
    const wanted = name ?? (earlierStamp === undefined ? undefined : stampedName(table, earlierStamp));
    const named = present.find((backup) => isOfTable(backup) && backup.name === wanted);
    // Each table of a deployment may have an unfinished backup under its own stamp.
    return named ?? (name === undefined ? unfinished.find(isOfTable) : undefined);
  };
  return new Map(
    tables.flatMap((table) => {
      const found = find(table);
      return found === undefined ? [] : [[table, found]];
    }),
  );
}

/** `20261123T041530Z` */
export function stamp(time: Date): string {
  return zonedTime(time).replaceAll(/[-:]/g, '');
}

/** A table's name may be as long as a backup's; then its end gives way to the stamp. */
export function stampedName(table: string, stampOfBackup: string): string {
  return `${table.slice(0, MAX_NAME - stampOfBackup.length - 1)}-${stampOfBackup}`;
}

/** The stamp of a backup that was named by {@link stampedName}. */
function stampOf({ table, name }: OnDemandBackup): string | undefined {
  const found = /-(\d{8}T\d{6}Z)$/.exec(name)?.[1];
  return found !== undefined && name === stampedName(table, found) ? found : undefined;
}

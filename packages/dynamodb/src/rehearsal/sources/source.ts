import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { Progress, ProgressListener } from '../../items/progress.ts';
import type { S3Access } from '../../storage/open-storage.ts';
import type { TableName } from '../../tables/definitions.ts';
import type { TableDescription } from '../../tables/describe.ts';
import type { Proved } from '../prove/proved.ts';

/** What the restore of a table, and the proof of it, need. */
export interface SourceContext {
  readonly client: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
  readonly s3?: S3Access | undefined;
  /** Secret keys of age, of which one opens the backup if it is encrypted; `readIdentities` reads them from files. */
  readonly identities?: readonly string[] | undefined;
  readonly maxReadUnits?: number | undefined;
  readonly maxWriteUnits?: number | undefined;
  readonly settleTime?: number | undefined;
  readonly onProgress?: ProgressListener<Progress> | undefined;
  readonly onWarning?: ((warning: string) => void) | undefined;
}

/** A table of the deployment. */
export interface DeploymentTable {
  readonly name: TableName;
  /** Its physical name. */
  readonly table: string;
  /** Undefined if it does not exist. */
  readonly description: TableDescription | undefined;
}

/** A table to be rehearsed, and how. */
export interface TableSource {
  readonly name: TableName;
  readonly table: string;
  /** See `RehearsedTable`. */
  readonly source: string;
  readonly sourceTime: string;
  /** About how many items there will be; null where that is not known. */
  readonly items: number | null;
  readonly bytes: number | null;
  /** Write units that a restore by this client takes at least; null where DynamoDB restores by itself. */
  readonly writeUnits: number | null;
  /** Why there is nothing to restore from. */
  readonly problem: string | null;
  /** Restores it to a new table, of which it makes no other. Not called where there is a problem. */
  readonly restore: (scratchTable: string, abortSignal: AbortSignal) => Promise<RestoredSource>;
}

/** A table that was restored. */
export interface RestoredSource extends Partial<Pick<TableSource, 'source' | 'sourceTime'>> {
  readonly prove: (abortSignal: AbortSignal) => Promise<Proved>;
}

/** A table that cannot be restored, since there is nothing to restore from. */
export function withoutSource({ name, table }: Pick<DeploymentTable, 'name' | 'table'>, problem: string): TableSource {
  const restore = (): never => {
    throw new TypeError(`${table} has no source`);
  };
  return { name, table, source: '', sourceTime: '', items: null, bytes: null, writeUnits: null, problem, restore };
}

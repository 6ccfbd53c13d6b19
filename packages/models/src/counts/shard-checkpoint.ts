import { getItems, type PlainItem } from '@cumulus/dynamodb/items';
import type { StreamPosition } from '@cumulus/dynamodb/streams';
import type { CountedType } from './counted-types.ts';
import type { CountsTable } from './counts-table.ts';

export function shardGroup(generation: string, shard: ShardName): string {
  return `${shardsPrefix(generation, shard.stream)}${shard.shard}`;
}

export function shardsPrefix(generation: string, stream: string): string {
  return `shard#${generation}#${stream}#`;
}

/** A shard of one of the streams that the table has had. */
export interface ShardName {
  /** The stream's label. */
  readonly stream: string;
  readonly shard: string;
}

/** How far a shard's changes are in the counts. */
export interface Checkpoint {
  readonly position: StreamPosition;
  /** When a reader was last there, in milliseconds since 1970. */
  readonly readAt: number;
}

/** A checkpoint that was not read for this long is useless, since records live for a day. In milliseconds. */
const CHECKPOINT_LIFETIME = 7 * 24 * 3600 * 1000;

/** The attributes of a checkpoint that was read now. The table may have time to live on `expirationTime`. */
export function checkpointAttributes(position: StreamPosition): PlainItem {
  const readAt = Date.now();
  return { position, readAt, expirationTime: Math.ceil((readAt + CHECKPOINT_LIFETIME) / 1000) };
}

export async function readCheckpoint(
  { client, countsTable }: CountsTable,
  recordType: CountedType,
  group: string,
): Promise<Checkpoint | undefined> {
  const [item] = await getItems({ client, table: countsTable, consistent: true }, [{ recordType, group }]);
  return item as Checkpoint | undefined;
}

import { DescribeStreamCommand, type DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { PageTrail } from '../aws/page-trail.ts';
import { retryThrottled } from '../aws/retry-policy.ts';
import { send } from '../aws/send.ts';

/** A part of a stream: the changes of some of the table's keys, over a few hours, in their order. */
export interface Shard {
  readonly id: string;
  /** The shard with the earlier changes of these keys; it may have been trimmed since. */
  readonly parentId: string | undefined;
  /** Whether no more records will come. */
  readonly closed: boolean;
}

/**
 * All shards that a stream still has.
 *
 * @example
 * ```ts
 * import { createStreamsClient } from '@cumulus/dynamodb/aws';
 * import { listShards } from '@cumulus/dynamodb/streams';
 *
 * declare const streamArn: string;
 * const open = (await listShards(createStreamsClient(), streamArn)).filter(({ closed }) => !closed);
 * ```
 */
export async function listShards(
  streams: DynamoDBStreamsClient,
  streamArn: string,
  abortSignal?: AbortSignal,
): Promise<readonly Shard[]> {
  const shards: Shard[] = [];
  let after: string | undefined;
  const trail = new PageTrail<string>(`The list of shards of ${streamArn}`);
  do {
    const command = new DescribeStreamCommand({ StreamArn: streamArn, ExclusiveStartShardId: after });
    const { StreamDescription } = await retryThrottled(() => send(streams, command, abortSignal), abortSignal);
    for (const { ShardId, ParentShardId, SequenceNumberRange } of StreamDescription?.Shards ?? []) {
      if (ShardId === undefined) continue;
      const closed = SequenceNumberRange?.EndingSequenceNumber !== undefined;
      shards.push({ id: ShardId, parentId: ParentShardId, closed });
    }
    after = trail.step(StreamDescription?.LastEvaluatedShardId);
  } while (after !== undefined);
  return shards;
}

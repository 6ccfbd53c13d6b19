import { DescribeStreamCommand, type DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { pagesOf } from '../aws/pages.ts';
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
  const pages = pagesOf({
    what: `The list of shards of ${streamArn}`,
    ask: (after: string | undefined) => {
      const command = new DescribeStreamCommand({ StreamArn: streamArn, ExclusiveStartShardId: after });
      return retryThrottled(() => send(streams, command, abortSignal), abortSignal);
    },
    next: ({ StreamDescription }) => StreamDescription?.LastEvaluatedShardId,
  });
  const shards: Shard[] = [];
  for await (const { StreamDescription } of pages) {
    for (const { ShardId, ParentShardId, SequenceNumberRange } of StreamDescription?.Shards ?? []) {
      if (ShardId === undefined) continue;
      const closed = SequenceNumberRange?.EndingSequenceNumber !== undefined;
      shards.push({ id: ShardId, parentId: ParentShardId, closed });
    }
  }
  return shards;
}

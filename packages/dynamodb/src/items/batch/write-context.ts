import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KeySchema } from '../../tables/schema.ts';
import type { CapacityLimiter } from '../capacity-limiter.ts';

/** Where and how to write. */
export interface WriteContext {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly key: KeySchema;
  readonly limiter?: CapacityLimiter | undefined;
  /** Whether an interrupted run is continued, so that items found may be its own. */
  readonly resumed?: boolean | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

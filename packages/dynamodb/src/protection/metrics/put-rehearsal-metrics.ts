import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { sendMetrics } from './send-metrics.ts';

/** What alarms need to know of a rehearsal. */
export interface RehearsalEnd {
  /** The deployment's. */
  readonly prefix: string;
  /** When it ended, ISO 8601. */
  readonly at: string;
  /** Whether a table failed, something was left behind, or it could not be done at all. */
  readonly failed: boolean;
  /** How long it took; null if it did not come to its end. */
  readonly seconds: number | null;
}

/**
 * Sends to CloudWatch whether a rehearsal failed (`RehearsalFailed`, 0 or 1), and how long it took (`RehearsalSeconds`), with the
 * dimension `Prefix`.
 * @throws as `putMetrics`
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { putRehearsalMetrics } from '@cumulus/dynamodb/protection';
 *
 * const at = new Date().toISOString();
 * await putRehearsalMetrics(createClient(), { prefix: 'prod', at, failed: false, seconds: 90 });
 * ```
 */
export async function putRehearsalMetrics(
  client: DynamoDBClient,
  { failed, seconds, ...of }: RehearsalEnd,
  abortSignal?: AbortSignal,
): Promise<void> {
  const metrics = [{ name: 'RehearsalFailed', table: null, value: failed ? 1 : 0, unit: 'Count' } as const];
  const time = { name: 'RehearsalSeconds', table: null, value: seconds ?? 0, unit: 'Seconds' } as const;
  await sendMetrics(client, seconds === null ? metrics : [...metrics, time], of, abortSignal);
}

import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { RawResponse } from './raw-response.ts';
import { sendExplained } from './send.ts';

/** The header `Date` has whole seconds. */
const RESOLUTION = 1000;

/**
 * When a service answered, by its own clock: the last moment that its header `Date` may mean, in milliseconds since 1970. Undefined without
 * that header.
 */
export function answeredBy({ headers }: Pick<RawResponse, 'headers'>): number | undefined {
  const time = Date.parse(headers['date'] ?? '');
  return Number.isNaN(time) ? undefined : time + RESOLUTION - 1;
}

/**
 * By how much this machine's clock differs from DynamoDB's at least, in milliseconds: positive if it is ahead. It is 0 where the two may be
 * the same, and where DynamoDB does not say its time.
 * @param table a table that may be described
 * @throws TableNotFoundError, AccessDeniedError, ConnectionError, ThrottledError
 */
export async function clockDifference(
  client: DynamoDBClient,
  table: string,
  abortSignal?: AbortSignal,
): Promise<number> {
  let difference = 0;
  const command = new DescribeTableCommand({ TableName: table });
  command.middlewareStack.add(
    (next) => async (args) => {
      const sentAt = Date.now();
      const result = await next(args);
      const latest = answeredBy(result.response as RawResponse);
      if (latest !== undefined) difference = differenceOf(sentAt, latest, Date.now());
      return result;
    },
    // Inside the retries.
    { name: 'compareClocks', step: 'deserialize', priority: 'low' },
  );
  await sendExplained(client, command, { action: 'DescribeTable', table }, abortSignal);
  return difference;
}

/** It was answered between the sending and the receipt. */
function differenceOf(sentAt: number, latest: number, receivedAt: number): number {
  if (sentAt > latest) return sentAt - latest;
  const earliest = latest - RESOLUTION + 1;
  return receivedAt < earliest ? receivedAt - earliest : 0;
}

import { type DynamoDBClient, ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { explainDynamoDBError } from '../../aws/dynamodb-errors.ts';
import { PageTrail } from '../../aws/page-trail.ts';
import { retryThrottled } from '../../aws/retry-policy.ts';
import { send } from '../../aws/send.ts';
import { canonicalItem, fromSdkItem } from '../typed-item.ts';

/**
 * Whether a table holds any item, by a consistent read. An empty page may be followed by others,
 * so the scan goes on to the first item, or to the table's end.
 * @throws TableNotFoundError, ConnectionError, AccessDeniedError, ThrottledError, InterruptedError
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { hasItems } from '@cumulus/dynamodb/items';
 *
 * if (await hasItems(createClient(), 'new-GranulesTable')) console.log('The table is not empty.');
 * ```
 */
export async function hasItems(client: DynamoDBClient, table: string, abortSignal?: AbortSignal): Promise<boolean> {
  const trail = new PageTrail<NonNullable<ScanCommandOutput['LastEvaluatedKey']>>(`The scan of table ${table}`, (key) =>
    canonicalItem(fromSdkItem(key)),
  );
  for (let after: ScanCommandOutput['LastEvaluatedKey']; ; ) {
    const command = new ScanCommand({
      TableName: table,
      ConsistentRead: true,
      // The first page is to be cheap; where it is empty, what follows may be empty for long.
      Limit: after === undefined ? 1 : undefined,
      ExclusiveStartKey: after,
    });
    const { Count = 0, LastEvaluatedKey } = await retryThrottled(
      () => send(client, command, abortSignal),
      abortSignal,
    ).catch(async (error: unknown) => {
      throw await explainDynamoDBError(error, client, { action: 'Scan', table });
    });
    if (Count > 0) return true;
    if (LastEvaluatedKey === undefined) return false;
    after = trail.step(LastEvaluatedKey);
  }
}

import { type DynamoDBClient, ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { demandEvidence } from '../aws/answer-evidence.ts';
import { PageTrail } from '../aws/page-trail.ts';
import { abortable, outlastThrottling } from '../aws/patience.ts';
import { canonicalItem, fromSdkItem } from './typed-item.ts';

/**
 * Whether a table holds any item, by a consistent read. A page without items that says where the next begins tells nothing
 * yet, so that the look goes on to the first item, or to the table's end.
 * @throws what the SDK throws; DamagedResponseError
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
      ...(after === undefined ? { Limit: 1 } : { ExclusiveStartKey: after }),
    });
    const options = abortSignal === undefined ? {} : { abortSignal };
    const { Count = 0, LastEvaluatedKey } = await outlastThrottling(
      () => abortable(() => demandEvidence(client).send(command, options), abortSignal),
      abortSignal,
    );
    if (Count > 0) return true;
    if (LastEvaluatedKey === undefined) return false;
    after = trail.step(LastEvaluatedKey);
  }
}

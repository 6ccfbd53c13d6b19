import {
  ContinuousBackupsUnavailableException,
  DescribeContinuousBackupsCommand,
  type DynamoDBClient,
  UpdateContinuousBackupsCommand,
} from '@aws-sdk/client-dynamodb';
import { explainDynamoDBError } from '../aws/dynamodb-errors.ts';
import { sendExplained } from '../aws/send.ts';
import { StoppedError } from '../backup/errors.ts';
import { enablePointInTimeRecovery } from '../tables/later-settings.ts';

/** The instants that a table can be restored to: the first, the last, and each second between. */
export interface RestorableWindow {
  readonly earliest: Date;
  readonly latest: Date;
}

/** Whether point-in-time recovery is on for a table, and its window. */
export interface Protection {
  readonly enabled: boolean;
  /** Undefined while it is off. */
  readonly window?: RestorableWindow | undefined;
  /** The configured length of the window, in days; undefined where DynamoDB does not say. */
  readonly periodInDays?: number | undefined;
}

/**
 * Asks whether point-in-time recovery is on for a table.
 * @throws TableNotFoundError; AccessDeniedError, which names the action that is not permitted
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { describeProtection } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * const { enabled, window } = await describeProtection(client, 'prod-GranulesTable');
 * console.log(enabled, window?.earliest, window?.latest);
 * ```
 */
export async function describeProtection(
  client: DynamoDBClient,
  table: string,
  abortSignal?: AbortSignal,
): Promise<Protection> {
  const command = new DescribeContinuousBackupsCommand({ TableName: table });
  const context = { action: 'DescribeContinuousBackups', table };
  const { ContinuousBackupsDescription } = await sendExplained(client, command, context, abortSignal);
  const recovery = ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
  if (recovery?.PointInTimeRecoveryStatus !== 'ENABLED') return { enabled: false };
  const { EarliestRestorableDateTime: earliest, LatestRestorableDateTime: latest, RecoveryPeriodInDays } = recovery;
  const window = earliest === undefined || latest === undefined ? undefined : { earliest, latest };
  return { enabled: true, window, periodInDays: RecoveryPeriodInDays };
}

/**
 * Turns point-in-time recovery on. A new table is not ready for it at once, which is waited for up to five minutes. On a
 * table that has it already this changes nothing.
 * @throws TableNotFoundError; AccessDeniedError; StoppedError if DynamoDB is still not ready for it
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { enableProtection } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * await enableProtection(client, 'prod-GranulesTable');
 * ```
 */
export async function enableProtection(
  client: DynamoDBClient,
  table: string,
  abortSignal?: AbortSignal,
): Promise<void> {
  try {
    await enablePointInTimeRecovery(client, table, { abortSignal });
  } catch (error) {
    if (error instanceof ContinuousBackupsUnavailableException) {
      throw new StoppedError(
        `DynamoDB is still setting up the backups of table ${table}, after five minutes.`,
        ['The table is not protected yet. Ask for it again in a few minutes.'],
        error,
      );
    }
    throw await explainDynamoDBError(error, client, { action: 'UpdateContinuousBackups', table });
  }
}

/**
 * Turns point-in-time recovery off. The table's history is lost, at once and for good.
 * @throws TableNotFoundError; AccessDeniedError
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { disableProtection } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * await disableProtection(client, 'prod-GranulesTable');
 * ```
 */
export async function disableProtection(
  client: DynamoDBClient,
  table: string,
  abortSignal?: AbortSignal,
): Promise<void> {
  const command = new UpdateContinuousBackupsCommand({
    TableName: table,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false },
  });
  await sendExplained(client, command, { action: 'UpdateContinuousBackups', table }, abortSignal);
}

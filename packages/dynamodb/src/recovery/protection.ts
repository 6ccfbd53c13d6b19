import {
  ContinuousBackupsUnavailableException,
  DescribeContinuousBackupsCommand,
  type DynamoDBClient,
  UpdateContinuousBackupsCommand,
} from '@aws-sdk/client-dynamodb';
import { demandEvidence } from '../aws/answer-evidence.ts';
import { explainAwsError } from '../aws/aws-errors.ts';
import { StoppedError } from '../backup/errors.ts';
import { enablePointInTimeRecovery } from '../tables/create.ts';

/** The instants that a table can be restored to: the first, the last, and each second between. */
export interface RestorableWindow {
  readonly earliest: Date;
  readonly latest: Date;
}

/** Whether point-in-time recovery is on for a table, and how far back it goes. */
export interface Protection {
  readonly enabled: boolean;
  /** Undefined while it is off. */
  readonly window?: RestorableWindow;
  /** The configured length of the window, in days, where DynamoDB tells it. */
  readonly periodInDays?: number;
}

/**
 * Asks whether point-in-time recovery is on for a table.
 * @throws TableNotFoundError; AccessDeniedError, which names the action that is not permitted
 */
export async function describeProtection(
  client: DynamoDBClient,
  table: string,
  abortSignal?: AbortSignal,
): Promise<Protection> {
  try {
    const { ContinuousBackupsDescription } = await demandEvidence(client).send(
      new DescribeContinuousBackupsCommand({ TableName: table }),
      abortSignal === undefined ? {} : { abortSignal },
    );
    const recovery = ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
    if (recovery?.PointInTimeRecoveryStatus !== 'ENABLED') return { enabled: false };
    const { EarliestRestorableDateTime: earliest, LatestRestorableDateTime: latest, RecoveryPeriodInDays } = recovery;
    return {
      enabled: true,
      ...(earliest === undefined || latest === undefined ? {} : { window: { earliest, latest } }),
      ...(RecoveryPeriodInDays === undefined ? {} : { periodInDays: RecoveryPeriodInDays }),
    };
  } catch (error) {
    throw await explainAwsError(error, client, { action: 'DescribeContinuousBackups', table });
  }
}

/**
 * Turns point-in-time recovery on, and waits up to five minutes for a new table to take it. On a table that has it
 * already this changes nothing.
 * @throws TableNotFoundError; AccessDeniedError; StoppedError if DynamoDB is still not ready for it
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
    throw await explainAwsError(error, client, { action: 'UpdateContinuousBackups', table });
  }
}

/**
 * Turns point-in-time recovery off. The table's history is gone with it, at once and for good.
 * @throws TableNotFoundError; AccessDeniedError
 */
export async function disableProtection(
  client: DynamoDBClient,
  table: string,
  abortSignal?: AbortSignal,
): Promise<void> {
  try {
    await demandEvidence(client).send(
      new UpdateContinuousBackupsCommand({
        TableName: table,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false },
      }),
      abortSignal === undefined ? {} : { abortSignal },
    );
  } catch (error) {
    throw await explainAwsError(error, client, { action: 'UpdateContinuousBackups', table });
  }
}

import {
  DescribeImportCommand,
  type DynamoDBClient,
  ImportNotFoundException,
  type ImportTableDescription,
} from '@aws-sdk/client-dynamodb';
import { explainDynamoDBError } from '../../aws/dynamodb-errors.ts';
import { send } from '../../aws/send.ts';
import { ImportFailedError } from '../errors.ts';

/** Asks DynamoDB about an import. @throws ImportFailedError if there is none of this ARN; AccessDeniedError */
export async function describeImport(
  client: DynamoDBClient,
  table: string,
  arn: string,
  abortSignal: AbortSignal | undefined,
): Promise<ImportTableDescription> {
  try {
    const command = new DescribeImportCommand({ ImportArn: arn });
    const { ImportTableDescription: said } = await send(client, command, abortSignal);
    return { ImportArn: arn, ...said };
  } catch (error) {
    if (error instanceof ImportNotFoundException) {
      throw new ImportFailedError(`There is no import ${arn}.`, ['Check the region.'], {
        cause: error,
        failureCode: error.name,
      });
    }
    throw await explainDynamoDBError(error, client, { action: 'DescribeImport', table });
  }
}

/** `COMPLETED, 1200 items, 3.4 MB read, 1 error` */
export function describeState({ ImportStatus = 'IN_PROGRESS', ...description }: ImportTableDescription): string {
  const { ImportedItemCount = 0, ProcessedSizeBytes = 0, ErrorCount = 0 } = description;
  const wrong = ErrorCount === 0 ? '' : `, ${describeErrors(ErrorCount)}`;
  return `${ImportStatus}, ${ImportedItemCount} items, ${(ProcessedSizeBytes / 1_000_000).toFixed(1)} MB read${wrong}`;
}

export function describeErrors(count: number): string {
  return count === 1 ? '1 error' : `${count} errors`;
}

import { type DynamoDBClient, ImportTableCommand, type TableCreationParameters } from '@aws-sdk/client-dynamodb';
import { send } from '../../aws/send.ts';
import { withKeyOrOwn } from '../../tables/create.ts';
import { creationSettings } from '../../tables/creation-settings.ts';
import { createTableInput } from '../../tables/schema.ts';
import { TargetExistsError } from '../errors.ts';
import { type Started, startWork } from '../long-work.ts';
import { explainTransferError, isPassingRefusal } from '../transfer-errors.ts';
import { dataFilesOf } from './find.ts';
import type { PlannedImport } from './plan.ts';

/**
 * Starts the import of an export as a new table, with on-demand capacity, its key and its global indexes, unless an earlier
 * call started it.
 * @returns the plan, with the import's ARN in `started`
 * @throws TargetExistsError if a table of the name was created meanwhile; AccessDeniedError, also if S3 refuses;
 *   StorageError if there is no such bucket; RequestFailedError, ConnectionError, InterruptedError
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { type PlannedImport, startImport } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * declare const planned: PlannedImport;
 * const { started: arn } = await startImport(client, planned);
 * ```
 */
export async function startImport(
  client: DynamoDBClient,
  planned: PlannedImport,
  abortSignal?: AbortSignal,
): Promise<Started<PlannedImport>> {
  const { table, exported, bucketOwner } = planned;
  const parameters = await creationParameters(client, planned);
  const request = async (keyed: TableCreationParameters): Promise<string> => {
    const command = new ImportTableCommand({
      S3BucketSource: { ...dataFilesOf(exported.folder), S3BucketOwner: bucketOwner },
      InputFormat: exported.format,
      InputCompressionType: 'GZIP',
      TableCreationParameters: keyed,
    });
    const { ImportTableDescription: said } = await send(client, command, abortSignal);
    return said?.ImportArn ?? '';
  };
  const started = await startWork({
    started: planned.started,
    request: () => withKeyOrOwn(parameters, request),
    passes: isPassingRefusal,
    explain: async (thrown) => {
      const { name, message } = thrown as Error;
      if (name !== 'ResourceInUseException' && name !== 'ImportConflictException') {
        return explainTransferError(thrown, client, { action: 'ImportTable', table });
      }
      return new TargetExistsError(
        `Table ${table} was created by someone else meanwhile: ${message}`,
        ['Nothing was changed.', 'Ask for the import again: it continues one of the same folder, if it is that.'],
        { cause: thrown },
      );
    },
    abortSignal,
  });
  return { ...planned, started };
}

async function creationParameters(
  client: DynamoDBClient,
  { table, schema, settings: { known } }: PlannedImport,
): Promise<TableCreationParameters> {
  const { KeySchema, AttributeDefinitions, BillingMode, GlobalSecondaryIndexes } = createTableInput(table, {
    key: schema.key,
    globalIndexes: schema.globalIndexes,
    localIndexes: [],
  });
  const { OnDemandThroughput, SSESpecification } =
    known === undefined ? {} : creationSettings(known, await client.config.region());
  return {
    TableName: table,
    KeySchema,
    AttributeDefinitions,
    BillingMode,
    GlobalSecondaryIndexes,
    OnDemandThroughput,
    SSESpecification,
  };
}

import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  ResourceInUseException,
} from '@aws-sdk/client-dynamodb';
import { explainDynamoDBError } from '../aws/dynamodb-errors.ts';
import { poll } from '../aws/poll.ts';
import { send } from '../aws/send.ts';
import type { CreationSettings } from './creation-settings.ts';
import { describeTable, type TableDescription } from './describe.ts';
import { createTableInput, type TableSchema } from './schema.ts';

/** The time between two looks at a table that is being made, in milliseconds. */
const POLL_INTERVAL = 500;

/** Makes a table with its indexes, stream and on-demand capacity, and waits until it can be used. */
export async function createTable(
  client: DynamoDBClient,
  table: string,
  schema: TableSchema,
  abortSignal?: AbortSignal,
  settings: CreationSettings = {},
): Promise<TableDescription> {
  try {
    const input = inputWith(createTableInput(table, schema), settings);
    await withKeyOrOwn(input, (keyed) => send(client, new CreateTableCommand(keyed)));
  } catch (error) {
    // If an answer is lost, the SDK sends the request again, which then finds its own table.
    const sentAgain = error instanceof ResourceInUseException && (error.$metadata.attempts ?? 1) > 1;
    if (!sentAgain) throw await explainDynamoDBError(error, client, { action: 'CreateTable', table });
  }
  return waitUntilActive(client, table, abortSignal);
}

function inputWith(
  input: CreateTableCommandInput,
  { indexLimits = new Map(), ...settings }: CreationSettings,
): CreateTableCommandInput {
  const indexes = input.GlobalSecondaryIndexes?.map((index) => {
    return { ...index, OnDemandThroughput: indexLimits.get(index.IndexName ?? '') };
  });
  return { ...input, ...settings, GlobalSecondaryIndexes: indexes };
}

/**
 * Sends a request that creates a table with the wanted KMS key. If that key is deleted, disabled or not permitted, the
 * request is sent again with the account's own key for DynamoDB: a missing key must not stop a recovery.
 */
export async function withKeyOrOwn<Input extends Pick<CreateTableCommandInput, 'SSESpecification'>, Output>(
  input: Input,
  send: (input: Input) => Promise<Output>,
): Promise<Output> {
  try {
    return await send(input);
  } catch (error) {
    if (input.SSESpecification?.KMSMasterKeyId === undefined || !/kms/i.test((error as Error).message)) throw error;
    return send({ ...input, SSESpecification: { Enabled: true, SSEType: 'KMS' } });
  }
}

/** Waits until a table is active. */
export async function waitUntilActive(
  client: DynamoDBClient,
  table: string,
  abortSignal?: AbortSignal,
): Promise<TableDescription> {
  return poll({
    look: () => describeTable(client, table, abortSignal),
    isOver: ({ status }) => status === 'ACTIVE' || status === 'UPDATING',
    delays: { initialDelay: POLL_INTERVAL },
    abortSignal,
  });
}

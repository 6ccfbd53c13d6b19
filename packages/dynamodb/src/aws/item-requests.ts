import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  type BatchGetItemCommandOutput,
  BatchWriteItemCommand,
  type BatchWriteItemCommandInput,
  type BatchWriteItemCommandOutput,
  DeleteItemCommand,
  type DeleteItemCommandInput,
  type DeleteItemCommandOutput,
  type DynamoDBClient,
  type DynamoDBClientResolvedConfig,
  PutItemCommand,
  type PutItemCommandInput,
  type PutItemCommandOutput,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  ScanCommand,
  type ScanCommandInput,
  type ScanCommandOutput,
  type ServiceInputTypes,
  type ServiceOutputTypes,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
  type TransactWriteItemsCommandOutput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
  type UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import type { Command } from '@smithy/types';
import { ANSWERED_BY_CAPACITY } from './answer-problems.ts';
import { isAsMade } from './made-middleware.ts';
import { sendReady } from './ready-request.ts';
import { send } from './send.ts';

/** The requests for items, with what each takes and returns. */
interface ItemRequests {
  readonly BatchGetItem: { readonly input: BatchGetItemCommandInput; readonly output: BatchGetItemCommandOutput };
  readonly BatchWriteItem: { readonly input: BatchWriteItemCommandInput; readonly output: BatchWriteItemCommandOutput };
  readonly DeleteItem: { readonly input: DeleteItemCommandInput; readonly output: DeleteItemCommandOutput };
  readonly PutItem: { readonly input: PutItemCommandInput; readonly output: PutItemCommandOutput };
  readonly Query: { readonly input: QueryCommandInput; readonly output: QueryCommandOutput };
  readonly Scan: { readonly input: ScanCommandInput; readonly output: ScanCommandOutput };
  readonly TransactWriteItems: {
    readonly input: TransactWriteItemsCommandInput;
    readonly output: TransactWriteItemsCommandOutput;
  };
  readonly UpdateItem: { readonly input: UpdateItemCommandInput; readonly output: UpdateItemCommandOutput };
}

type ItemAction = keyof ItemRequests;

const COMMANDS: { readonly [A in ItemAction]: new (input: ItemRequests[A]['input']) => ItemCommand<A> } = {
  BatchGetItem: BatchGetItemCommand,
  BatchWriteItem: BatchWriteItemCommand,
  DeleteItem: DeleteItemCommand,
  PutItem: PutItemCommand,
  Query: QueryCommand,
  Scan: ScanCommand,
  TransactWriteItems: TransactWriteItemsCommand,
  UpdateItem: UpdateItemCommand,
};

type ItemCommand<A extends ItemAction> = Command<
  ServiceInputTypes,
  ItemRequests[A]['input'],
  ServiceOutputTypes,
  ItemRequests[A]['output'],
  DynamoDBClientResolvedConfig
>;

/**
 * Sends a request for items: with a client that this project made, by a request that is ready ({@link sendReady}), which takes
 * a fifth of the SDK's processor time. A client of somebody else's, and one that a test has replaced, gets the SDK's command.
 * @param input as the command takes it, a transaction with its token. Binary values have to become base64 in JSON, as those of `toAttributes` do
 * @returns what the command returns; binary values may be in base64, as DynamoDB wrote them
 * @throws what `send` throws
 */
export async function sendForItems<A extends ItemAction>(
  client: DynamoDBClient,
  action: A,
  input: ItemRequests[A]['input'],
  abortSignal?: AbortSignal,
): Promise<Omit<ItemRequests[A]['output'], '$metadata'>> {
  const whole = ANSWERED_BY_CAPACITY.has(`${action}Command`) ? { ReturnConsumedCapacity: 'TOTAL', ...input } : input;
  const command = new COMMANDS[action](whole);
  if (!isAsMade(client)) return send(client, command, abortSignal);
  const answer = await sendReady(client, command, Buffer.from(JSON.stringify(whole)), { abortSignal });
  return answer as unknown as ItemRequests[A]['output'];
}

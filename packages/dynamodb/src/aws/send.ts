import type {
  DynamoDBClient,
  DynamoDBClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-dynamodb';
import type { Command, MetadataBearer } from '@smithy/types';
import { demandEvidence, type EvidenceClient } from './answer-evidence.ts';
import { explainDynamoDBError, type RequestContext } from './dynamodb-errors.ts';

/** A client of any service, which takes the commands of that service. */
interface AwsClient<Inputs extends object, Outputs extends MetadataBearer, Config> extends EvidenceClient {
  send<Input extends Inputs, Output extends Outputs>(
    command: Command<Inputs, Input, Outputs, Output, Config>,
    options?: { readonly abortSignal?: AbortSignal },
  ): Promise<Output>;
}

/**
 * Sends a command: the one way to ask AWS. Only evidence counts as an answer ({@link demandEvidence}), and an aborted
 * signal ends the request at once.
 * @throws what the SDK throws; DamagedResponseError; the signal's reason
 */
export async function send<
  Inputs extends object,
  Outputs extends MetadataBearer,
  Config,
  Input extends Inputs,
  Output extends Outputs,
>(
  client: AwsClient<Inputs, Outputs, Config>,
  command: Command<Inputs, Input, Outputs, Output, Config>,
  abortSignal?: AbortSignal,
): Promise<Output> {
  abortSignal?.throwIfAborted();
  demandEvidence(client);
  return abortable(client.send(command, abortSignal && { abortSignal }), abortSignal);
}

/**
 * Like {@link send}, for requests to DynamoDB whose failure has nothing particular about it.
 * @throws an error that says what to do ({@link explainDynamoDBError})
 */
export async function sendExplained<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
  client: DynamoDBClient,
  command: Command<ServiceInputTypes, Input, ServiceOutputTypes, Output, DynamoDBClientResolvedConfig>,
  context: RequestContext,
  abortSignal?: AbortSignal,
): Promise<Output> {
  try {
    return await send(client, command, abortSignal);
  } catch (error) {
    throw await explainDynamoDBError(error, client, context);
  }
}

/** Rejects as soon as a signal is aborted: the SDK waits between its retries without listening to it. */
export async function abortable<T>(answer: Promise<T>, abortSignal: AbortSignal | undefined): Promise<T> {
  if (abortSignal === undefined) return answer;
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(abortSignal.reason);
    abortSignal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([answer, aborted]);
  } finally {
    abortSignal.removeEventListener('abort', onAbort);
  }
}

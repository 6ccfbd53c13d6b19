import type { Readable } from 'node:stream';
import { isNativeError } from 'node:util/types';
import type {
  DeserializeMiddleware,
  FinalizeRequestMiddleware,
  HandlerExecutionContext,
  InitializeMiddleware,
  MiddlewareStack,
} from '@smithy/types';
import { ANSWERED_BY_CAPACITY, type Fields, problemOfAnswer } from './answer-problems.ts';
import { DamagedResponseError } from './damaged-response.ts';
import { isObject } from './is-object.ts';
import { claimsSuccess, proveBody, type RawResponse } from './raw-response.ts';
import { readBody } from './read-body.ts';

/** Any client of AWS, as far as it matters here. */
export interface EvidenceClient {
  // biome-ignore lint/suspicious/noExplicitAny: the stacks of the clients differ in what their commands take and give
  readonly middlewareStack: MiddlewareStack<any, any>;
}

/** The stacks of the clients that demand evidence already; a client that stands for another shares its stack. */
const demanding = new WeakSet<object>();

/**
 * Makes a client accept only complete answers of AWS. HTTP 200 proves nothing: a proxy sends it with an empty body, a
 * page of its own, or another answer. The body must have the announced length and checksum (`x-amz-crc32`), and the
 * fields that AWS always sends; the token of the next page must differ from the one in the request. Any other answer is
 * requested again like a lost one, and then it is a {@link DamagedResponseError}.
 *
 * The answer to a write of one item is `{}`, which proves nothing. So these requests ask for their consumed capacity,
 * which costs nothing.
 *
 * Calling this again for the same client changes nothing.
 */
export function demandEvidence<Client extends EvidenceClient>(client: Client): Client {
  const { middlewareStack } = client;
  if (demanding.has(middlewareStack)) return client;
  demanding.add(middlewareStack);
  // A second copy of this package may have added its own.
  const override = true;
  middlewareStack.add(askForCapacity, { name: 'askForCapacity', step: 'initialize', override });
  // Within the SDK's retries, around its deserializer.
  middlewareStack.add(checkFields, { name: 'checkFields', step: 'finalizeRequest', priority: 'low', override });
  // Within its deserializer.
  middlewareStack.add(readWhole, { name: 'readWhole', step: 'deserialize', priority: 'low', override });
  return client;
}

const askForCapacity: InitializeMiddleware<object, object> = (next, context) => (args) =>
  ANSWERED_BY_CAPACITY.has(context.commandName ?? '') ? next({ ...args, input: withCapacity(args.input) }) : next(args);

function withCapacity(input: { readonly ReturnConsumedCapacity?: unknown }): object {
  return { ...input, ReturnConsumedCapacity: input.ReturnConsumedCapacity ?? 'TOTAL' };
}

const readWhole: DeserializeMiddleware<object, object> = (next, context) => async (args) => {
  const result = await next(args);
  const response = result.response as RawResponse;
  // Objects of S3 are streams, which the caller reads.
  if (!claimsSuccess(response) || isOfS3(context)) return result;
  if (response.statusCode !== 200) {
    throw damagedAnswer(context, args.input, `its status is ${response.statusCode} instead of 200`);
  }
  // A command that reads the body itself also proves it.
  if (Buffer.isBuffer(response.body)) return result;
  try {
    const bytes = await readBody(response.body as Readable);
    proveBody(response, bytes);
    response.body = bytes;
  } catch (error) {
    throw damagedAnswer(context, args.input, (error as Error).message, error);
  }
  return result;
};

const checkFields: FinalizeRequestMiddleware<object, object> = (next, context) => async (args) => {
  let result: Awaited<ReturnType<typeof next>>;
  try {
    result = await next(args);
  } catch (error) {
    // The SDK throws this for a body that it cannot parse, such as an HTML page.
    if (isNativeError(error) && error.name === 'SyntaxError')
      throw damagedAnswer(context, args.input, 'it is no JSON', error);
    throw error;
  }
  const input = args.input as Fields;
  const output = result.output as Fields;
  const problem = problemOfAnswer(context, input, output, result.response as RawResponse);
  if (problem !== undefined) throw damagedAnswer(context, input, problem);
  return result;
};

function isOfS3({ clientName }: HandlerExecutionContext): boolean {
  return clientName === 'S3Client';
}

/** The error of an incomplete answer. It names the action, and the table or object. */
export function damagedAnswer(
  context: HandlerExecutionContext,
  input: unknown,
  problem: string,
  cause?: unknown,
): Error {
  const action = (context.commandName ?? '').replace(/Command$/, '');
  const { TableName: table, RequestItems: batch, Bucket, Key } = input as Fields;
  const tables = isObject(batch) ? Object.keys(batch) : typeof table === 'string' ? [table] : [];
  const about =
    tables.length > 0
      ? ` on table ${tables.join(', ')}`
      : typeof Bucket === 'string'
        ? ` for s3://${Bucket}/${typeof Key === 'string' ? Key : ''}`
        : '';
  return new DamagedResponseError(`The answer to ${action}${about}`, problem, cause);
}

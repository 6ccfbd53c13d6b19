import type {
  DynamoDBClient,
  DynamoDBClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-dynamodb';
import type { Command, DeserializeHandlerOutput } from '@smithy/types';
import { damagedAnswer } from './answer-evidence.ts';
import { DamagedResponseError } from './damaged-response.ts';
import { isObject } from './is-object.ts';
import { claimsSuccess, proveBody, type RawResponse } from './raw-response.ts';
import { readBody } from './read-body.ts';
import { send } from './send.ts';

/** An answer of DynamoDB's API in JSON, with all fields that it has. */
export type RawAnswer = { readonly [field: string]: unknown };

/** The server is not DynamoDB, or does not know the action: its response is not JSON. */
export class NotDynamoDBError extends Error {}

/** Statuses of a proxy whose server does not respond, also with HTML. They are temporary. */
const OF_PROXIES = new Set([502, 503, 504]);

export interface RawAnswerOptions {
  /** Whether a response that is not JSON is final. Otherwise it is taken as temporary. */
  readonly isJsonOnly?: boolean;
  /**
   * Called with DynamoDB's error response, which may hold the item that failed a condition. Returns the response that the
   * SDK sees: the SDK cannot parse some items.
   */
  readonly takeRefusal?: (refusal: RawAnswer) => RawAnswer;
  /**
   * Reads the body of a response that claims success, and proves it, for each attempt. Returns what is parsed, by the SDK too.
   * What it throws makes the response incomplete. {@link readProved} unless given.
   */
  readonly read?: ((response: RawResponse) => Promise<Buffer>) | undefined;
  /** What came of the first attempt, if it was sent in another way: the SDK goes on with that. */
  readonly firstAttempt?: Attempt | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/** What came of sending a request: a response, or an error. */
export interface Attempt {
  readonly response?: RawResponse;
  /** What was read of a response that claims success. */
  readonly bytes?: Promise<Buffer> | undefined;
  readonly error?: unknown;
}

/**
 * Sends a command and returns the response as DynamoDB wrote it. The SDK drops fields that its release does not know, and
 * an item's attribute `__proto__`. Times, which the API sends as seconds since 1970, become ISO 8601.
 * @throws what the SDK throws; NotDynamoDBError
 */
export async function rawAnswer<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
  client: DynamoDBClient,
  command: Command<ServiceInputTypes, Input, ServiceOutputTypes, Output, DynamoDBClientResolvedConfig>,
  options: RawAnswerOptions,
): Promise<RawAnswer> {
  return (await rawAnswerAndOutput(client, command, options)).answer;
}

/**
 * Like {@link rawAnswer}, with what the SDK made of the same response.
 * @throws what the SDK throws; NotDynamoDBError
 */
export async function rawAnswerAndOutput<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
  client: DynamoDBClient,
  command: Command<ServiceInputTypes, Input, ServiceOutputTypes, Output, DynamoDBClientResolvedConfig>,
  { isJsonOnly = false, takeRefusal, read = readProved, firstAttempt, abortSignal }: RawAnswerOptions,
): Promise<{ readonly answer: RawAnswer; readonly output: Output }> {
  let answer: RawAnswer = {};
  let sent = firstAttempt;
  command.middlewareStack.add(
    (next, context) => async (args) => {
      const attempt = sent;
      sent = undefined;
      const result = attempt === undefined ? await next(args) : resultOf<Output>(attempt);
      const response = result.response as RawResponse;
      const readAnswer = async (bytes: Promise<Buffer>): Promise<RawAnswer> => {
        try {
          response.body = await bytes;
          return parseAnswer(response.body, withTimes);
        } catch (error) {
          if (error instanceof DamagedResponseError) throw error;
          const { name, message } = error as Error;
          throw damagedAnswer(context, args.input, name === 'SyntaxError' ? 'it is no JSON' : message, error);
        }
      };
      const isHtml = response.headers['content-type']?.startsWith('text/html') === true;
      if (isHtml && isJsonOnly && !OF_PROXIES.has(response.statusCode))
        throw new NotDynamoDBError(`HTTP ${response.statusCode}, and no JSON`);
      if (claimsSuccess(response)) answer = await readAnswer(attempt?.bytes ?? read(response));
      if (response.statusCode === 400 && takeRefusal !== undefined) {
        response.body = Buffer.from(JSON.stringify(takeRefusal(await readAnswer(readProved(response)))));
      }
      return result;
    },
    // Inside the retries, and before the SDK's own deserializer. If the command is sent twice, the second replaces the first.
    { name: 'keepRawAnswer', step: 'deserialize', priority: 'low', override: true },
  );
  const output = await send(client, command, abortSignal);
  return { answer, output };
}

/** What the SDK gets of a request that was sent in another way. */
function resultOf<Output extends ServiceOutputTypes>({ response, error }: Attempt): DeserializeHandlerOutput<Output> {
  if (response === undefined) throw error;
  return { response } as DeserializeHandlerOutput<Output>;
}

/**
 * The body of a response, all of it.
 * @throws Error which says why it is not complete
 */
export async function readProved(response: RawResponse): Promise<Buffer> {
  const { body } = response;
  const bytes = Buffer.isBuffer(body) ? body : await readBody(body);
  // The middleware that reads a body also proves it.
  proveBody(response, bytes);
  return bytes;
}

/**
 * Reads an answer of DynamoDB's API.
 * @param convert called for each value; that takes longer than all the rest
 * @throws Error which says why the response is not complete
 */
export function parseAnswer(bytes: Buffer, convert?: (name: string, value: unknown) => unknown): RawAnswer {
  const answer: unknown = JSON.parse(bytes.toString('utf8'), convert);
  if (!isObject(answer)) throw new Error('it has no fields');
  return answer;
}

/** Converts times: the API's fields with a time all end in `DateTime`. */
function withTimes(name: string, value: unknown): unknown {
  return name.endsWith('DateTime') && typeof value === 'number' ? new Date(value * 1000).toISOString() : value;
}

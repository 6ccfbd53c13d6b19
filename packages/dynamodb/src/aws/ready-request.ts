import { randomUUID } from 'node:crypto';
import type {
  DynamoDBClient,
  DynamoDBClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-dynamodb';
import { HttpRequest } from '@smithy/core/protocols';
import type { Command, FinalizeRequestMiddleware, SerializeMiddleware } from '@smithy/types';
import { type Fields, problemOfAnswer } from './answer-problems.ts';
import { hashBody } from './hash-body.ts';
import { isAsMade } from './made-middleware.ts';
import { namesArn } from './names-arn.ts';
import {
  type Attempt,
  parseAnswer,
  type RawAnswer,
  type RawAnswerOptions,
  rawAnswer,
  readProved,
} from './raw-answer.ts';
import { claimsSuccess, type RawResponse } from './raw-response.ts';
import { abortable } from './send.ts';
import { Signature, sha256 } from './signature.ts';

/**
 * Sends a command whose body is ready: typed JSON need not become JavaScript objects and binary values only to be written
 * as the same JSON again. It returns the response as DynamoDB wrote it, like {@link rawAnswer}. Commands for items have no
 * times among their responses' fields, so that nothing is converted.
 *
 * The SDK's work on a request takes several times as long as sending it. So only the first requests of a client go through
 * all of it. The others repeat one of these with another body, time and signature, and end by one answer only: a success
 * that is proved. After anything else, such as an error or a lost connection, the SDK goes on as if it had sent the first
 * attempt: it knows the errors, corrects the clock, waits and sends again.
 *
 * @param command of which only the body is replaced; its input names the table
 * @throws what {@link rawAnswer} throws
 */
export async function sendReady<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
  client: DynamoDBClient,
  command: Command<ServiceInputTypes, Input, ServiceOutputTypes, Output, DynamoDBClientResolvedConfig>,
  body: Buffer,
  options: RawAnswerOptions,
): Promise<RawAnswer> {
  const { read = readProved, abortSignal } = options;
  abortSignal?.throwIfAborted();
  const pattern = isRepeatable(client, command.input) ? patterns.get(client)?.get(command.constructor) : undefined;
  const firstAttempt = pattern && (await abortable(tryOnce(client, pattern, body, read, abortSignal), abortSignal));
  const answer = pattern && firstAttempt && (await provedAnswer(pattern, command.input as Fields, firstAttempt));
  return answer ?? sendThroughSdk(client, command, body, { ...options, firstAttempt });
}

/** What somebody added to a client is to see all of its requests; and each ARN has its own endpoint. */
function isRepeatable(client: DynamoDBClient, input: ServiceInputTypes): boolean {
  return isAsMade(client) && !namesArn(input);
}

/** What is the same in all requests of a command. */
interface Pattern {
  readonly commandName: string;
  readonly request: HttpRequest;
  readonly signature: Signature;
}

/** The requests that clients repeat, by the class of the command. */
const patterns = new WeakMap<DynamoDBClient, Map<unknown, Pattern>>();

async function sendThroughSdk<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
  client: DynamoDBClient,
  command: Command<ServiceInputTypes, Input, ServiceOutputTypes, Output, DynamoDBClientResolvedConfig>,
  body: Buffer,
  options: RawAnswerOptions,
): Promise<RawAnswer> {
  const replaceBody: SerializeMiddleware<Input, Output> = (next) => (args) =>
    next({ ...args, request: Object.assign(args.request as object, { body }) });
  command.middlewareStack.addRelativeTo(replaceBody, {
    name: 'replaceBody',
    relation: 'after',
    toMiddleware: 'serializerMiddleware',
    override: true,
  });
  if (isRepeatable(client, command.input)) {
    const keepPattern: FinalizeRequestMiddleware<Input, Output> =
      (next, { commandName = '' }) =>
      async (args) => {
        const pattern = await patternOf(client, commandName, args.request);
        if (pattern !== undefined) patternsOf(client).set(command.constructor, pattern);
        return next(args);
      };
    command.middlewareStack.addRelativeTo(keepPattern, {
      name: 'keepPattern',
      relation: 'after',
      toMiddleware: 'httpSigningMiddleware',
      override: true,
    });
  }
  return rawAnswer(client, command, options);
}

function patternsOf(client: DynamoDBClient): Map<unknown, Pattern> {
  const ofClient = patterns.get(client) ?? new Map<unknown, Pattern>();
  patterns.set(client, ofClient);
  return ofClient;
}

/** @returns undefined for a request that is signed in another way than {@link Signature} does, to the last digit */
async function patternOf(client: DynamoDBClient, commandName: string, request: unknown): Promise<Pattern | undefined> {
  if (!HttpRequest.isInstance(request) || !Buffer.isBuffer(request.body)) return undefined;
  const { method, path, headers, body } = request;
  const signature = Signature.like(headers['authorization'] ?? '');
  const credentials = await client.config.credentials().catch(() => undefined);
  if (signature === undefined || credentials === undefined) return undefined;
  const again = signature.authorization({ method, path, headers, bodyHash: sha256(body) }, credentials);
  if (again !== headers['authorization']) return undefined;
  const { 'amz-sdk-request': attempt = '', ...others } = headers;
  const first = { ...others, 'amz-sdk-request': attempt.replace(/attempt=\d+/, 'attempt=1') };
  return { commandName, signature, request: new HttpRequest({ ...request, headers: first, body: undefined }) };
}

/** @returns undefined if nothing was sent */
async function tryOnce(
  client: DynamoDBClient,
  { request, signature }: Pattern,
  body: Buffer,
  read: (response: RawResponse) => Promise<Buffer>,
  abortSignal: AbortSignal | undefined,
): Promise<Attempt | undefined> {
  const { config } = client;
  const credentials = await config.credentials().catch(() => undefined);
  const { [TOKEN]: oldToken, ...fixed } = request.headers;
  const token = credentials?.sessionToken;
  // The SDK says why there are none; and it signs other headers where there is a token, and where there is none.
  if (credentials === undefined || (token === undefined) !== (oldToken === undefined)) return undefined;
  const bodyHash = await hashBody(body);
  const now = new Date(Date.now() + config.systemClockOffset);
  const headers = {
    ...fixed,
    'content-length': String(body.length),
    'amz-sdk-invocation-id': randomUUID(),
    'x-amz-date': now.toISOString().replace(/[-:]|\.\d+/g, ''),
    ...(fixed[BODY_HASH] === undefined ? {} : { [BODY_HASH]: bodyHash }),
    ...(token === undefined ? {} : { [TOKEN]: token }),
  };
  const { method, path } = request;
  const authorization = signature.authorization({ method, path, headers, bodyHash }, credentials);
  const signed = new HttpRequest({ ...request, headers: { ...headers, authorization }, body });
  try {
    const { response } = await config.requestHandler.handle(signed, abortSignal && { abortSignal });
    const bytes = claimsSuccess(response) ? read(response as RawResponse) : undefined;
    // Whoever takes the bytes gets the error.
    await bytes?.catch(() => undefined);
    return { response: response as RawResponse, bytes };
  } catch (error) {
    return { error };
  }
}

const TOKEN = 'x-amz-security-token';
const BODY_HASH = 'x-amz-content-sha256';

/** @returns undefined unless it is proved that DynamoDB did what was asked */
async function provedAnswer(
  { commandName }: Pattern,
  input: Fields,
  { response, bytes }: Attempt,
): Promise<RawAnswer | undefined> {
  if (response?.statusCode !== 200 || bytes === undefined) return undefined;
  try {
    const answer = parseAnswer(await bytes);
    return problemOfAnswer({ commandName }, input, answer, response) === undefined ? answer : undefined;
  } catch {
    // The SDK's way says what is wrong.
    return undefined;
  }
}

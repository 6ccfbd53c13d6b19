import { isNativeError } from 'node:util/types';
import { type AnyClient, placeOf } from './client.ts';
import {
  AccessDeniedError,
  ConnectionError,
  CumulusError,
  InterruptedError,
  RequestFailedError,
  TableNotFoundError,
  ThrottledError,
} from './errors.ts';

/** What was being asked when an error came. */
export interface RequestContext {
  /** The DynamoDB API action, which is also the IAM action's name after `dynamodb:`. */
  readonly action: string;
  readonly table?: string | undefined;
}

/** What the SDK's errors have in common, as far as it matters here. */
export interface AwsError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
}

const THROTTLING = new Set([
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
]);

const NO_CREDENTIALS = new Set(['CredentialsProviderError', 'TokenProviderError']);

/** What DynamoDB calls it, and S3. */
const WRONG_CREDENTIALS = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'InvalidToken',
  'MissingAuthenticationTokenException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** Whether DynamoDB said that requests come faster than it has capacity for. */
export function isThrottling(error: unknown): boolean {
  return (
    error instanceof Error && (THROTTLING.has(error.name) || (error as AwsError).$metadata?.httpStatusCode === 429)
  );
}

/** Whether what went wrong will pass: throttling, a fault of the server or of the network. */
export function isPassing(error: unknown): boolean {
  const { $metadata } = error as AwsError;
  return isThrottling(error) || ($metadata?.httpStatusCode ?? 500) >= 500;
}

/** What DynamoDB says of an item that it does not take, whatever else is in the request. */
const REFUSALS_OF_ITEM = new Set(['ValidationException', 'ItemCollectionSizeLimitExceededException']);

/** Whether DynamoDB refused a write for the item in it, not for the table, its capacity, or who asks. */
export function isRefusalOfItem(error: unknown): error is Error {
  return isNativeError(error) && REFUSALS_OF_ITEM.has(error.name);
}

/** Whether a server says that it does not know an operation at all, as stand-ins do. */
export function isUnsupported(error: unknown): error is Error {
  return isNativeError(error) && ['UnknownOperationException', 'UnsupportedOperationException'].includes(error.name);
}

/**
 * Turns what the SDK threw into an error that says what to do. An error that is one of this package's already, or none
 * that AWS or the network raised, comes back as it is.
 */
export async function explainAwsError(
  thrown: unknown,
  client: AnyClient,
  { action, table }: RequestContext,
): Promise<unknown> {
  const what = table === undefined ? action : `${action} on table ${table}`;
  const place = await placeOf(client).catch(() => 'the configured region');
  const unasked = explainUnasked(thrown, what, `DynamoDB in ${place}`);
  if (unasked !== undefined) return unasked;
  if (!isNativeError(thrown) || thrown instanceof CumulusError) return thrown;
  const error = thrown as AwsError;
  // Requests about a table's backups have a name of their own for the same.
  const isGone = error.name === 'ResourceNotFoundException' || error.name === 'TableNotFoundException';
  if (isGone && table !== undefined) {
    return new TableNotFoundError(table, place, [], error);
  }
  if (error.name === 'AccessDeniedException') {
    return new AccessDeniedError(
      `No permission for ${what}: ${firstLine(error.message)}`,
      [`Allow the IAM action dynamodb:${action} on the table.`],
      error,
    );
  }
  if (isThrottling(error)) {
    return new ThrottledError(
      `DynamoDB kept throttling ${what}: ${firstLine(error.message)}`,
      ['Wait for the table’s capacity to follow, or go slower by --max-read-units or --max-write-units.'],
      error,
    );
  }
  return explainRefusal(error, what, `DynamoDB in ${place}`);
}

/**
 * Why a service of AWS could not be asked at all: interrupted, no credentials or none that it takes, no network.
 * @param what was asked; @param service who was asked, and where
 * @returns undefined if it was asked, and refused or failed
 */
export function explainUnasked(thrown: unknown, what: string, service: string): CumulusError | undefined {
  if (isAbort(thrown)) return new InterruptedError(`${what} was interrupted.`, [], thrown);
  if (!isNativeError(thrown) || thrown instanceof CumulusError) return undefined;
  const error = thrown as AwsError;
  if (NO_CREDENTIALS.has(error.name)) {
    return new ConnectionError(
      `No AWS credentials for ${what}: ${firstLine(error.message)}`,
      ['Give them by AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, by --profile, or by the machine’s role.'],
      error,
    );
  }
  if (WRONG_CREDENTIALS.has(error.name)) {
    return new ConnectionError(
      `The AWS credentials were refused for ${what} by ${service}: ${firstLine(error.message)}`,
      ['Renew them, or choose others by --profile.'],
      error,
    );
  }
  const code = networkCode(error);
  if (code === undefined) return undefined;
  return new ConnectionError(
    `${service} did not answer ${what} (${code}).`,
    ['Check the network, --region and --endpoint-url.'],
    error,
  );
}

/** A refusal in the service's own words; an error that is none of AWS's comes back as it is. */
export function explainRefusal(error: AwsError, what: string, service: string): unknown {
  if (error.$metadata === undefined) return error;
  const status = error.$metadata.httpStatusCode;
  const said = status === undefined ? error.name : `${error.name}, HTTP ${status}`;
  return new RequestFailedError(`${service} refused ${what} (${said}): ${firstLine(error.message)}`, [], error);
}

/** What an `AbortSignal` rejects with: a DOMException, which is not everywhere an Error. */
function isAbort(thrown: unknown): boolean {
  return typeof thrown === 'object' && thrown !== null && 'name' in thrown && thrown.name === 'AbortError';
}

function networkCode(error: AwsError): string | undefined {
  if (error.name === 'TimeoutError') return 'time-out';
  if (error.code !== undefined && UNREACHABLE.has(error.code)) return error.code;
  return isNativeError(error.cause) ? networkCode(error.cause) : undefined;
}

export function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

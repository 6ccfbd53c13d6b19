import { isNativeError } from 'node:util/types';
import { type AnyClient, placeOf } from './client.ts';
import {
  AccessDeniedError,
  ConnectionError,
  InterruptedError,
  MetadataError,
  RequestFailedError,
  TableNotFoundError,
  ThrottledError,
} from './errors.ts';

/** What was being asked when an error came. */
export interface RequestContext {
  /** The DynamoDB API action, which is also the IAM action's name after `dynamodb:`. */
  readonly action: string;
  readonly table?: string;
}

/** What the SDK's errors have in common, as far as it matters here. */
interface AwsError extends Error {
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

const WRONG_CREDENTIALS = new Set([
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
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

/** Whether DynamoDB refused a request for what it said, so that sending it again would not help. */
export function isValidationError(error: unknown): boolean {
  return isNativeError(error) && error.name === 'ValidationException';
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
  if (isAbort(thrown)) return new InterruptedError(`${what} was interrupted.`, [], thrown);
  if (!isNativeError(thrown) || thrown instanceof MetadataError) return thrown;
  const error = thrown as AwsError;
  const place = await placeOf(client).catch(() => 'the configured region');
  if (error.name === 'ResourceNotFoundException' && table !== undefined) {
    return new TableNotFoundError(table, place, [], error);
  }
  if (NO_CREDENTIALS.has(error.name)) {
    return new ConnectionError(
      `No AWS credentials for ${what}: ${firstLine(error.message)}`,
      ['Give them by AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, by --profile, or by the machine’s role.'],
      error,
    );
  }
  if (WRONG_CREDENTIALS.has(error.name)) {
    return new ConnectionError(
      `The AWS credentials were refused for ${what} in ${place}: ${firstLine(error.message)}`,
      ['Renew them, or choose others by --profile.'],
      error,
    );
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
  const code = networkCode(error);
  if (code !== undefined) {
    return new ConnectionError(
      `DynamoDB in ${place} did not answer ${what} (${code}).`,
      ['Check the network, --region and --endpoint-url.'],
      error,
    );
  }
  if (error.$metadata !== undefined) {
    const status = error.$metadata.httpStatusCode;
    const said = status === undefined ? error.name : `${error.name}, HTTP ${status}`;
    return new RequestFailedError(
      `DynamoDB in ${place} refused ${what} (${said}): ${firstLine(error.message)}`,
      [],
      error,
    );
  }
  return error;
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

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

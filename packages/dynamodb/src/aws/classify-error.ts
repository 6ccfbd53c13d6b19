import { isNativeError } from 'node:util/types';

/** What the SDK's errors have in common, as far as it matters here. */
export interface AwsError extends Error {
  readonly code?: string;
  /** The URL of the proxy that was asked, without its password; of a request that failed on the network. */
  readonly proxy?: string;
  readonly $metadata?: {
    readonly httpStatusCode?: number | undefined;
    readonly requestId?: string | undefined;
    readonly attempts?: number | undefined;
  };
}

/**
 * What an error of a request to AWS means for the caller:
 * - `interrupted`: an `AbortSignal` stopped it.
 * - `no credentials`, `credentials refused`, `unreachable`: the service did not get as far as the request.
 * - `access denied`: the credentials may not do this.
 * - `throttled`: requests come faster than the service takes them.
 * - `unavailable`: the service failed (HTTP 5xx).
 * - `not found`: the table, key, object … does not exist.
 * - `item refused`: DynamoDB does not take the item in the request, whatever else is in it.
 * - `unsupported`: the server does not know the action, as stand-ins do not.
 * - `refused`: the service refused the request for another reason.
 * - `unknown`: neither AWS nor the network raised it.
 */
export type AwsErrorKind =
  | 'interrupted'
  | 'no credentials'
  | 'credentials refused'
  | 'unreachable'
  | 'access denied'
  | 'throttled'
  | 'unavailable'
  | 'not found'
  | 'item refused'
  | 'unsupported'
  | 'refused'
  | 'unknown';

/** By the names that DynamoDB, S3, KMS, Step Functions, SQS and CloudWatch Logs have for it. */
const NAMES = {
  'no credentials': ['CredentialsProviderError', 'TokenProviderError'],
  'credentials refused': [
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
  ],
  unreachable: ['TimeoutError'],
  'access denied': ['AccessDenied', 'AccessDeniedException'],
  throttled: [
    'LimitExceededException',
    'ProvisionedThroughputExceededException',
    'RequestLimitExceeded',
    'RequestThrottled',
    'SlowDown',
    'Throttling',
    'ThrottlingException',
    'TooManyRequestsException',
  ],
  unavailable: ['ServiceUnavailable', 'ServiceUnavailableException'],
  // Requests about a table's backups have a name of their own for a missing table.
  'not found': [
    'NotFoundException',
    'NoSuchBucket',
    'NoSuchKey',
    'ResourceNotFoundException',
    'TableNotFoundException',
  ],
  'item refused': ['ValidationException', 'ItemCollectionSizeLimitExceededException'],
  unsupported: ['UnknownOperationException', 'UnsupportedOperationException'],
} as const satisfies Partial<Record<AwsErrorKind, readonly string[]>>;

const KINDS: ReadonlyMap<string, AwsErrorKind> = new Map(
  Object.entries(NAMES).flatMap(([kind, names]) => names.map((name) => [name, kind as AwsErrorKind] as const)),
);

const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** Why Node does not take a server's certificate. */
const CERTIFICATE_CODES = new Set([
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/**
 * What an error that the SDK threw means: the one place that knows AWS's names for it.
 *
 * @example
 * ```ts
 * import { classifyAwsError } from '@cumulus/dynamodb/aws';
 *
 * declare const send: () => Promise<void>;
 * await send().catch((error: unknown) => {
 *   if (classifyAwsError(error) !== 'throttled') throw error;
 * });
 * ```
 */
export function classifyAwsError(thrown: unknown): AwsErrorKind {
  if (isAbort(thrown)) return 'interrupted';
  if (!isError(thrown)) return 'unknown';
  const { name, $metadata } = thrown as AwsError;
  const status = $metadata?.httpStatusCode;
  const kind = KINDS.get(name);
  if (kind !== undefined) return kind;
  if (status === 429) return 'throttled';
  if (networkCode(thrown) !== undefined) return 'unreachable';
  if (status !== undefined && status >= 500) return 'unavailable';
  return $metadata === undefined ? 'unknown' : 'refused';
}

/** DynamoDB left a part of a batch unprocessed again and again, which is how it throttles batches. */
export class UnprocessedError extends Error {
  override readonly name = 'ProvisionedThroughputExceededException';

  /** @param what stayed unprocessed: `3 items` */
  constructor(what: string) {
    super(`${what} stayed unprocessed`);
  }
}

/** Whether the service said that requests come faster than it takes them. */
export function isThrottling(error: unknown): boolean {
  return classifyAwsError(error) === 'throttled';
}

/** Whether the same request may succeed later: throttling, a fault of the server or of the network. */
export function isTransient(error: unknown): boolean {
  const { $metadata } = Object(error) as Partial<AwsError>;
  return isThrottling(error) || ($metadata?.httpStatusCode ?? 500) >= 500;
}

/** Whether DynamoDB refused a write for the item in it, not for the table, its capacity, or who asks. */
export function isRefusalOfItem(error: unknown): error is Error {
  return classifyAwsError(error) === 'item refused';
}

/** Whether a server says that it does not know an action at all, as stand-ins do. */
export function isUnsupported(error: unknown): error is Error {
  return classifyAwsError(error) === 'unsupported';
}

/** Why the network failed: `ECONNREFUSED`, `time-out`, `CERT_HAS_EXPIRED`; undefined where it did not. */
export function networkCode({ name, code, cause }: AwsError): string | undefined {
  if (name === 'TimeoutError') return 'time-out';
  if (code !== undefined && (NETWORK_CODES.has(code) || CERTIFICATE_CODES.has(code))) return code;
  return isError(cause) ? networkCode(cause) : undefined;
}

/** The proxy by which a request that failed on the network was sent, if any. */
export function proxyOf({ proxy, cause }: AwsError): string | undefined {
  return proxy ?? (isError(cause) ? proxyOf(cause) : undefined);
}

/** Whether the network failed for a certificate: {@link networkCode}. */
export function isOfCertificate(code: string | undefined): boolean {
  return code !== undefined && CERTIFICATE_CODES.has(code);
}

/** What an `AbortSignal` rejects with: a DOMException, which is not everywhere an Error. */
function isAbort(thrown: unknown): boolean {
  return typeof thrown === 'object' && thrown !== null && 'name' in thrown && thrown.name === 'AbortError';
}

/** Also an error of another realm, which is where jest runs tests. */
function isError(value: unknown): value is Error {
  return isNativeError(value) || value instanceof Error;
}

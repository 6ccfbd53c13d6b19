import { type AwsError, classifyAwsError, isOfCertificate, networkCode, proxyOf } from './classify-error.ts';
import { adviceOnDenial, parseDenial } from './denial.ts';
import {
  AccessDeniedError,
  ConnectionError,
  CredentialsError,
  CumulusError,
  InterruptedError,
  RequestFailedError,
  ThrottledError,
} from './errors.ts';

/** The request to an AWS service that failed, in words for the error. */
export interface AwsRequest {
  /** Who was asked, and where: `S3 in us-east-1`. */
  readonly service: string;
  /** What was asked: `Scan on table prod-GranulesTable`. */
  readonly what: string;
  /** What to do where the permission is missing, a sentence each; where a policy denies it, the error says that instead. */
  readonly whenDenied: readonly string[];
  /** What to do where it is throttled, a sentence each. */
  readonly whenThrottled: readonly string[];
  /** The table whose capacity the request uses, if any. */
  readonly table?: string | undefined;
  /** Whether the SDK's error may hold a secret: then it is neither quoted nor kept as the cause. */
  readonly isSecret?: boolean | undefined;
}

const TRUST = 'Its certificate is not trusted. If a proxy opens TLS, name the file of its authority by AWS_CA_BUNDLE.';

/**
 * Turns what the SDK threw into an error that says what to do: the one wording for all services. The caller first
 * handles the errors that only its service has.
 * @returns a CumulusError; an error that neither AWS nor the network raised, or that is a CumulusError already, as it is
 *
 * @example
 * ```ts
 * import { explainAwsError } from '@cumulus/dynamodb/aws';
 *
 * declare const send: () => Promise<void>;
 * await send().catch((error: unknown) => {
 *   throw explainAwsError(error, {
 *     service: 'SQS in us-east-1',
 *     what: 'SendMessage to the start queue',
 *     whenDenied: ['Allow the IAM action sqs:SendMessage on the queue.'],
 *     whenThrottled: ['Try again later.'],
 *   });
 * });
 * ```
 */
export function explainAwsError(thrown: unknown, request: AwsRequest): unknown {
  if (thrown instanceof CumulusError) return thrown;
  const { service, what, whenDenied, whenThrottled, table, isSecret = false } = request;
  const error = thrown as AwsError;
  const cause = isSecret ? undefined : thrown;
  // The SDK's rules allow not all settings together, such as FIPS with an endpoint of one's own. It says which.
  if (error.name === 'EndpointError') {
    const advice = [
      'AWS_USE_DUALSTACK_ENDPOINT and AWS_USE_FIPS_ENDPOINT choose AWS’s own endpoints; give no other with them.',
    ];
    return new ConnectionError(`${service} cannot be asked: ${firstLine(error.message)}`, advice, cause);
  }
  const quote = (): string => (isSecret ? describeSecretly(error) : firstLine(error.message));
  switch (classifyAwsError(thrown)) {
    case 'interrupted':
      return new InterruptedError(`${what} was interrupted.`, [], cause);
    case 'no credentials':
      return new CredentialsError(
        `No AWS credentials for ${what}: ${quote()}`,
        ['Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, choose a profile, or give the machine a role.'],
        cause,
      );
    case 'credentials refused':
      return new CredentialsError(
        `The AWS credentials were refused for ${what} by ${service}: ${quote()}`,
        ['Renew them, or use others.'],
        cause,
      );
    case 'unreachable': {
      const proxy = proxyOf(error);
      const by = proxy === undefined ? '' : `, asked through the proxy ${proxy}`;
      const check = `Check the ${proxy === undefined ? '' : 'proxy, the '}network, the region and the endpoint.`;
      return new ConnectionError(
        `${service} did not answer ${what} (${networkCode(error)})${by}.`,
        [isOfCertificate(networkCode(error)) ? TRUST : check],
        cause,
      );
    }
    case 'access denied':
      return new AccessDeniedError(
        `No permission for ${what}: ${quote()}`,
        adviceOnDenial(error.message, whenDenied),
        cause,
        isSecret ? undefined : parseDenial(error.message),
      );
    case 'throttled':
      return new ThrottledError(`${service} kept throttling ${what}: ${quote()}`, whenThrottled, cause, table);
    case 'unknown':
      return thrown;
    default:
      return isSecret ? thrown : explainRefusal(error, what, service);
  }
}

/** A refusal in the service's own words. */
function explainRefusal(error: AwsError, what: string, service: string): unknown {
  if (error.$metadata === undefined) return error;
  const status = error.$metadata.httpStatusCode;
  const said = status === undefined ? error.name : `${error.name}, HTTP ${status}`;
  return new RequestFailedError(`${service} refused ${what} (${said}): ${firstLine(error.message)}`, [], error);
}

/**
 * `AccessDeniedException, HTTP 400, request 8c6f…`: what AWS's support asks for, and no word of the message.
 *
 * @example
 * ```ts
 * import { type AwsError, describeSecretly } from '@cumulus/dynamodb/aws';
 *
 * declare const error: AwsError;
 * const said = describeSecretly(error); // AccessDeniedException, HTTP 400, request 8c6f…
 * ```
 */
export function describeSecretly({ name, $metadata }: Partial<AwsError>): string {
  const { httpStatusCode: status, requestId } = $metadata ?? {};
  return [name, status && `HTTP ${status}`, requestId && `request ${requestId}`].filter(Boolean).join(', ');
}

export function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

import type { STSClientConfig } from '@aws-sdk/client-sts';
import { networkCode } from './classify-error.ts';
import { type ClientOptions, clientSettings, isAwsHost } from './client.ts';
import { configuredEndpoint } from './configured-endpoint.ts';
import type { FoundCredentials } from './credentials.ts';
import { CumulusError } from './errors.ts';
import { INTERACTIVE_RETRY_POLICY } from './retry-policy.ts';

/** How long the question whose credentials these are may take, in milliseconds. */
const TIMEOUT = 5_000;

/** Otherwise the question would be asked for all of that time where there is no way to STS. */
const ONE_TRY = { ...INTERACTIVE_RETRY_POLICY, maxAttempts: 1 };

/** Whose credentials sign the requests. */
export interface Identity {
  /** Where they were found: `the keys in the environment`, `the profile prod`. */
  readonly source: string;
  /** The account's number; undefined where it is not known. */
  readonly account?: string | undefined;
  /** The user or role. */
  readonly arn?: string | undefined;
  /** Why the account is not known. */
  readonly notKnown?: string | undefined;
  /** The endpoint of DynamoDB where that is not AWS's own, so that STS was not asked. */
  readonly elsewhere?: string | undefined;
}

/**
 * Asks STS whose credentials these are, which needs no permission. It is not asked where DynamoDB is not AWS's own, unless an endpoint of it is
 * named (`AWS_ENDPOINT_URL_STS`, `AWS_ENDPOINT_URL`): the credentials would go to AWS although the work does not.
 *
 * Nothing is thrown, and it takes five seconds at most: an identity that is not known is reason to say so, not to stop.
 *
 * @example
 * ```ts
 * import { createClient, findIdentity, type Identity } from '@cumulus/dynamodb/aws';
 *
 * let identity: Identity | undefined;
 * const where = { profile: 'prod' };
 * const client = createClient({
 *   ...where,
 *   onCredentials: async (found) => {
 *     identity ??= await findIdentity(found, where);
 *   },
 * });
 * ```
 */
export async function findIdentity(
  { credentials, source }: FoundCredentials,
  where: Pick<ClientOptions, 'region' | 'profile' | 'endpoint'>,
  abortSignal?: AbortSignal,
): Promise<Identity> {
  const { accountId } = credentials;
  try {
    const named = await configuredEndpoint('STS', where.profile);
    const elsewhere = named === undefined ? await endpointElsewhere(where) : undefined;
    if (elsewhere !== undefined) {
      return { source, account: accountId, notKnown: `${elsewhere} is not AWS’s`, elsewhere };
    }
    const { endpoint: _, ...settings } = clientSettings({ ...where, credentials, retryPolicy: ONE_TRY });
    return {
      source,
      ...(await askSts(named === undefined ? settings : { ...settings, endpoint: named }, abortSignal)),
    };
  } catch (error) {
    return { source, account: accountId, notKnown: whyNot(error) };
  }
}

async function askSts(
  settings: STSClientConfig,
  abortSignal: AbortSignal | undefined,
): Promise<Pick<Identity, 'account' | 'arn'>> {
  const { STSClient, GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  const sts = new STSClient(settings);
  const signals = [AbortSignal.timeout(TIMEOUT), ...(abortSignal === undefined ? [] : [abortSignal])];
  try {
    const { Account, Arn } = await sts.send(new GetCallerIdentityCommand(), { abortSignal: AbortSignal.any(signals) });
    return { account: Account, arn: Arn };
  } finally {
    sts.destroy();
  }
}

/** DynamoDB's endpoint, where it is not AWS's. */
async function endpointElsewhere({
  endpoint,
  profile,
}: Pick<ClientOptions, 'endpoint' | 'profile'>): Promise<string | undefined> {
  const given = endpoint ?? (await configuredEndpoint('DynamoDB', profile));
  return given === undefined || isAwsHost(new URL(given).hostname) ? undefined : given;
}

function whyNot(error: unknown): string {
  if (error instanceof CumulusError) return error.problem;
  const { name, message } = error as Error;
  if (name === 'AbortError' || name === 'TimeoutError') return 'STS does not answer';
  const code = networkCode(error as Error);
  if (code !== undefined) return `STS does not answer (${code})`;
  return `STS says: ${message.split('\n', 1)[0]}`;
}

import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { S3Client } from '@aws-sdk/client-s3';
import type { AwsCredentialIdentity, Logger } from '@smithy/types';
import { demandEvidence } from './answer-evidence.ts';
import { configuredEndpoint, requireUrl } from './configured-endpoint.ts';
import { Connections } from './connections.ts';
import { type CredentialsProvider, chooseCredentials, type FoundCredentials } from './credentials.ts';
import { noteMiddleware } from './made-middleware.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from './retry-policy.ts';
import { SteadyRetries } from './steady-retries.ts';

/** The region that the earlier releases of `cumulus-api` used where none was named. */
const FALLBACK_REGION = 'us-east-1';

/** Time to open a connection, and time without a byte on an open one, after which an attempt is given up, in milliseconds. */
export const TIMEOUTS = { connectionTimeout: 5_000, socketTimeout: 60_000 } as const;

/** Without a logger the SDK writes warnings to standard error. */
const SILENT: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** Where DynamoDB is and who asks; what is left out comes from the usual AWS places. */
export interface ClientOptions {
  /** An AWS region. Otherwise `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's, then `us-east-1`. */
  readonly region?: string | undefined;
  /** A URL. Otherwise `AWS_ENDPOINT_URL_DYNAMODB`, `AWS_ENDPOINT_URL`, the profile's, then AWS's own. */
  readonly endpoint?: string | undefined;
  /** A profile of the AWS configuration files. Otherwise `AWS_PROFILE`, then `default`. */
  readonly profile?: string | undefined;
  /**
   * Whose key signs the requests. Otherwise in the order of the AWS CLI: a `profile` that is given, the keys of the environment,
   * the profile of `AWS_PROFILE`, the machine's role. Those of another client, `config.credentials`, are found once for both.
   */
  readonly credentials?: AwsCredentialIdentity | CredentialsProvider | undefined;
  /** Called when credentials are found, with where they were, before the first request that they sign is sent. */
  readonly onCredentials?: ((found: FoundCredentials) => void | Promise<void>) | undefined;
  /** How persistently requests are sent again: {@link DEFAULT_RETRY_POLICY} unless given. */
  readonly retryPolicy?: RetryPolicy | undefined;
}

/**
 * The one way in which this project creates a DynamoDB client: keep-alive connections, time-outs, retries that outlast
 * a short disturbance, and only complete answers count. Creating it connects to nothing.
 *
 * @example
 * ```ts
 * import { createClient, INTERACTIVE_RETRY_POLICY } from '@cumulus/dynamodb/aws';
 *
 * const client = createClient({ region: 'us-east-1', retryPolicy: INTERACTIVE_RETRY_POLICY });
 * ```
 */
export function createClient(options: ClientOptions = {}): DynamoDBClient {
  return noteMiddleware(withConfiguredEndpoint(made(new DynamoDBClient(clientSettings(options))), options));
}

/**
 * A client of the same place and credentials as another, with another retry policy: for long work that a process does whose other
 * requests have to be answered within seconds.
 *
 * @example
 * ```ts
 * import { createClient, DEFAULT_RETRY_POLICY, INTERACTIVE_RETRY_POLICY, withRetryPolicy } from '@cumulus/dynamodb/aws';
 *
 * const forAnswers = createClient({ region: 'us-east-1', retryPolicy: INTERACTIVE_RETRY_POLICY });
 * const forReports = withRetryPolicy(forAnswers, DEFAULT_RETRY_POLICY);
 * ```
 */
export function withRetryPolicy(client: DynamoDBClient, retryPolicy: RetryPolicy): DynamoDBClient {
  const { region, credentials, endpoint } = client.config;
  const place = endpoint === undefined ? { region, credentials } : { region, credentials, endpoint };
  const other = made(
    new DynamoDBClient({
      ...clientSettings({ retryPolicy }),
      ...place,
      requestHandler: Connections.like(client, TIMEOUTS),
    }),
  );
  const { serviceConfiguredEndpoint }: ConfiguredEndpoint = client.config;
  Object.assign(other.config, { serviceConfiguredEndpoint });
  return noteMiddleware(other);
}

/**
 * A client of the tables' streams, with the settings of {@link createClient}. On AWS the streams have an address of their
 * own; a stand-in such as DynamoDB Local has them where its tables are. So an endpoint that is given for DynamoDB holds
 * for the streams too, unless it is one of AWS's, and `AWS_ENDPOINT_URL_DYNAMODB_STREAMS` takes precedence over the environment's.
 *
 * @example
 * ```ts
 * import { createStreamsClient } from '@cumulus/dynamodb/aws';
 *
 * const streams = createStreamsClient({ endpoint: 'http://127.0.0.1:8000' });
 * ```
 */
export function createStreamsClient({ endpoint, ...options }: ClientOptions = {}): DynamoDBStreamsClient {
  const given =
    endpoint ?? process.env['AWS_ENDPOINT_URL_DYNAMODB_STREAMS'] ?? process.env['AWS_ENDPOINT_URL_DYNAMODB'];
  const host = given === undefined ? '' : new URL(requireUrl(given)).hostname;
  const hasStreams = !isAwsHost(host) || /^streams[.-]/.test(host);
  const settings = clientSettings({ ...options, endpoint: hasStreams ? given : undefined });
  return withConfiguredEndpoint(made(new DynamoDBStreamsClient(settings)), options);
}

/**
 * A client of S3, with the settings of {@link createClient}; the endpoint is S3's, otherwise `AWS_ENDPOINT_URL_S3` and
 * `AWS_ENDPOINT_URL`. It is a promise because the SDK's client is large, and most work does not need it.
 *
 * @example
 * ```ts
 * import { createS3Client } from '@cumulus/dynamodb/aws';
 *
 * const s3 = await createS3Client({ profile: 'operations' });
 * ```
 */
export async function createS3Client(options: ClientOptions = {}): Promise<S3Client> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  return withConfiguredEndpoint(made(new S3Client(clientSettings(options))), options);
}

/**
 * Whether a host is AWS's own.
 * https://docs.aws.amazon.com/general/latest/gr/rande.html
 */
export function isAwsHost(host: string): boolean {
  return /\.(?:amazonaws\.com|amazonaws\.com\.cn|api\.aws|api\.amazonwebservices\.com\.cn|amazonaws\.eu)$/.test(host);
}

/** The SDK copies each request and answer for a log, which nobody reads here: a twentieth of its processor time. */
function made<Client extends AnyClient>(client: Client): Client {
  client.middlewareStack.remove('loggerMiddleware');
  return demandEvidence(client);
}

/** Where a client asks which is given no endpoint. */
interface ConfiguredEndpoint {
  serviceConfiguredEndpoint?: unknown;
}

/** Has a client ask the endpoint that the environment names, or the profile which it is made with. */
function withConfiguredEndpoint<Client extends AnyClient>(client: Client, { profile }: ClientOptions): Client {
  const config: ConfiguredEndpoint & { readonly serviceId: string } = client.config;
  config.serviceConfiguredEndpoint = () => configuredEndpoint(config.serviceId, profile);
  return client;
}

type Present<T> = { [Field in keyof T]-?: NonNullable<T[Field]> };

/** What a client of any service is made with. */
export function clientSettings({ retryPolicy = DEFAULT_RETRY_POLICY, region, onCredentials, ...where }: ClientOptions) {
  // The SDK takes undefined for absent; its types do not say so.
  const { profile, endpoint, credentials } = where as Present<typeof where>;
  const named = region || process.env['AWS_REGION'] || process.env['AWS_DEFAULT_REGION'];
  return {
    profile,
    endpoint,
    credentials: credentials ?? chooseCredentials(profile, SILENT, onCredentials),
    region: named || (() => regionOfProfile(profile)),
    maxAttempts: retryPolicy.maxAttempts,
    retryStrategy: new SteadyRetries(retryPolicy),
    logger: SILENT,
    requestHandler: new Connections(TIMEOUTS, profile),
  } satisfies DynamoDBClientConfig;
}

/** Any client that this project makes. */
export type AnyClient = DynamoDBClient | DynamoDBStreamsClient | S3Client;

function ignore(): void {}

async function regionOfProfile(profile: string): Promise<string> {
  const client = new DynamoDBClient({ profile });
  try {
    return await client.config.region();
  } catch {
    return FALLBACK_REGION;
  } finally {
    client.destroy();
  }
}

/**
 * Where a client asks, in words for a message: its region, and its endpoint if that is not AWS's own.
 *
 * @example
 * ```ts
 * import { createClient, placeOf } from '@cumulus/dynamodb/aws';
 *
 * const place = await placeOf(createClient({ region: 'us-west-2' })); // us-west-2
 * ```
 */
export async function placeOf(client: AnyClient): Promise<string> {
  const region = await client.config.region();
  const given = await client.config.endpoint?.().catch(() => undefined);
  if (given !== undefined) {
    const port = given.port === undefined ? '' : `:${given.port}`;
    return `${region} at ${given.protocol}//${given.hostname}${port}`;
  }
  const service = client.config.serviceId.replace(' ', '_').toUpperCase();
  const fromEnvironment = process.env[`AWS_ENDPOINT_URL_${service}`] ?? process.env['AWS_ENDPOINT_URL'];
  return fromEnvironment === undefined ? region : `${region} at ${fromEnvironment}`;
}

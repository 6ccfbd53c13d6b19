import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { S3Client } from '@aws-sdk/client-s3';
import type { AwsCredentialIdentity, Logger } from '@smithy/types';
import { demandEvidence } from './answer-evidence.ts';
import { hurry } from './patience.ts';
import { SteadyRetries } from './steady-retries.ts';

/** The region that the earlier releases of `cumulus-api` used where none was named. */
export const FALLBACK_REGION = 'us-east-1';

/**
 * How often a request is sent before its failure counts. With the waits of {@link SteadyRetries} this rides out about
 * five seconds of errors, and with every fifth request failing one in 390,000 requests is given up.
 */
const MAX_ATTEMPTS = 8;

/** The same where somebody waits; up to about four seconds of throttling. */
const HURRIED_ATTEMPTS = 3;

/** Time to open a connection, and time without a byte on an open one, after which an attempt is given up, in milliseconds. */
const CONNECTION_TIMEOUT = 5_000;
const SOCKET_TIMEOUT = 60_000;

/**
 * Without a logger the SDK warns on standard error, of credentials both in AWS_PROFILE and in the environment for
 * instance, of which it takes the profile's.
 */
const SILENT: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** Where DynamoDB is and who asks; what is left out comes from the usual AWS places. */
export interface ClientOptions {
  /** An AWS region. Otherwise `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's, then {@link FALLBACK_REGION}. */
  readonly region?: string | undefined;
  /** A URL. Otherwise `AWS_ENDPOINT_URL_DYNAMODB`, `AWS_ENDPOINT_URL`, the profile's, then AWS's own. */
  readonly endpoint?: string | undefined;
  /** A profile of the AWS configuration files. Otherwise `AWS_PROFILE`, then `default`. */
  readonly profile?: string | undefined;
  /** Whose key signs the requests. Otherwise that of the environment, the profile, or the machine's role. */
  readonly credentials?: AwsCredentialIdentity | undefined;
  /**
   * Whether somebody waits for what is asked: then throttling and other disturbances are outlasted for seconds, as long as
   * an answer by HTTP may take, and not for minutes.
   */
  readonly hurried?: boolean | undefined;
}

/**
 * The one way in which this project makes a DynamoDB client: keep-alive connections, time-outs, retries that
 * outlast a short disturbance, and no answer taken for success that is not evidently DynamoDB's. It connects to nothing by itself.
 */
export function createClient(options: ClientOptions = {}): DynamoDBClient {
  const client = demandEvidence(new DynamoDBClient(settingsOf(options)));
  if (options.hurried === true) hurry(client);
  return client;
}

/**
 * A client of the tables' streams, with the settings of {@link createClient}. On AWS the streams have an address of their
 * own; a stand-in such as DynamoDB Local has them where its tables are. So an endpoint that is given for DynamoDB holds
 * for the streams too, unless it is one of AWS's, and `AWS_ENDPOINT_URL_DYNAMODB_STREAMS` goes before the environment's.
 */
export function createStreamsClient({ endpoint, ...options }: ClientOptions = {}): DynamoDBStreamsClient {
  const given =
    endpoint ?? process.env['AWS_ENDPOINT_URL_DYNAMODB_STREAMS'] ?? process.env['AWS_ENDPOINT_URL_DYNAMODB'];
  const isOfAws = given !== undefined && /\.(amazonaws\.com(\.cn)?|api\.aws)$/.test(new URL(given).hostname);
  const hasStreams = !isOfAws || new URL(given).hostname.startsWith('streams.');
  const settings = settingsOf({ ...options, ...(hasStreams ? { endpoint: given } : {}) });
  return demandEvidence(new DynamoDBStreamsClient(settings));
}

/**
 * A client of S3, with the settings of {@link createClient}; the endpoint is S3's, otherwise `AWS_ENDPOINT_URL_S3` and
 * `AWS_ENDPOINT_URL`. A promise, because most works need none, and the SDK's is large.
 */
export async function createS3Client(options: ClientOptions = {}): Promise<S3Client> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  return demandEvidence(new S3Client(settingsOf(options)));
}

function settingsOf(options: ClientOptions) {
  const attempts = options.hurried === true ? HURRIED_ATTEMPTS : MAX_ATTEMPTS;
  const profile = options.profile === undefined ? {} : { profile: options.profile };
  const named = options.region || process.env['AWS_REGION'] || process.env['AWS_DEFAULT_REGION'] || undefined;
  return {
    ...profile,
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
    region: named ?? (() => regionOfProfile(profile)),
    maxAttempts: attempts,
    retryStrategy: new SteadyRetries(attempts),
    logger: SILENT,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT,
      socketTimeout: SOCKET_TIMEOUT,
      httpAgent: { keepAlive: true, maxSockets: 256 },
      httpsAgent: { keepAlive: true, maxSockets: 256 },
    },
  } satisfies DynamoDBClientConfig;
}

/** Any client that this project makes. */
export type AnyClient = DynamoDBClient | DynamoDBStreamsClient | S3Client;

function ignore(): void {}

async function regionOfProfile(profile: { profile?: string }): Promise<string> {
  const client = new DynamoDBClient(profile);
  try {
    return await client.config.region();
  } catch {
    return FALLBACK_REGION;
  } finally {
    client.destroy();
  }
}

/** Where a client asks, in words for a message: its region, and its endpoint if that is not AWS's own. */
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

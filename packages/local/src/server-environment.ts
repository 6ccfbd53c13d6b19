import { devNull } from 'node:os';
import type { LocalServer } from './server.ts';

/** Where a server is and who asks it, as the settings of a client of the AWS SDK. */
export interface ServerSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Any will do; DynamoDB Local takes any key that is made of letters and digits. */
const REGION = 'us-east-1';
const KEY = 'local';

/** A port at which nothing listens, on this machine: requests to a service without a stand-in here must not reach AWS. */
const NOWHERE = 'http://127.0.0.1:1';

/** Variables of the AWS SDK that say nothing of where or who: its warnings of old versions of Node. */
const HARMLESS = /^AWS_SDK_JS_/;

/**
 * All that a client needs to ask a server on this machine. Given to a client, it takes precedence over every setting of AWS that
 * the environment or the configuration files have.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { serverSettings, startDynamoDB } from '@cumulus/local';
 *
 * const client = new DynamoDBClient(serverSettings(await startDynamoDB()));
 * ```
 */
export function serverSettings({ endpoint }: Pick<LocalServer, 'endpoint'>): ServerSettings {
  return { endpoint, region: REGION, credentials: { accessKeyId: KEY, secretAccessKey: KEY } };
}

/** What {@link serverEnvironment} is made for. */
export interface ServerEnvironmentOptions {
  /** The environment to be changed, this process's unless given. */
  readonly given?: NodeJS.ProcessEnv | undefined;
  /** Where all services but DynamoDB are, as a URL; nowhere unless given. */
  readonly otherServices?: string | undefined;
}

/**
 * The environment variables by which any AWS SDK and the AWS command line ask a server on this machine, and nothing else,
 * whatever was set before: `spawn(command, { env: { ...process.env, ...serverEnvironment(server) } })`. A variable that
 * has to be absent is undefined; the configuration files of AWS are not read.
 *
 * @example
 * ```ts
 * import { spawn } from 'node:child_process';
 * import { serverEnvironment, startDynamoDB } from '@cumulus/local';
 *
 * const server = await startDynamoDB();
 * spawn('cumulus-api', ['tables', 'list', '--prefix', 'local'], { env: { ...process.env, ...serverEnvironment(server) } });
 * ```
 */
export function serverEnvironment(
  server: Pick<LocalServer, 'endpoint'>,
  { given = process.env, otherServices = NOWHERE }: ServerEnvironmentOptions = {},
): NodeJS.ProcessEnv {
  const ofAws = Object.keys(given).filter((name) => name.startsWith('AWS_') && !HARMLESS.test(name));
  return {
    ...Object.fromEntries(ofAws.map((name) => [name, undefined])),
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: otherServices,
    AWS_ENDPOINT_URL_DYNAMODB: server.endpoint,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: KEY,
    AWS_SECRET_ACCESS_KEY: KEY,
  };
}

/**
 * Sets variables in an environment, this process's unless given, and removes those that are undefined.
 *
 * @example
 * ```ts
 * import { enterEnvironment, serverEnvironment, startDynamoDB } from '@cumulus/local';
 *
 * enterEnvironment(serverEnvironment(await startDynamoDB()));
 * ```
 */
export function enterEnvironment(variables: NodeJS.ProcessEnv, environment: NodeJS.ProcessEnv = process.env): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete environment[name];
    else environment[name] = value;
  }
}

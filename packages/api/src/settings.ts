import { CumulusError, isLoopback } from '@cumulus/dynamodb/aws';
import { type CmrSettings, cmrSettingsFrom } from './cmr-settings.ts';
import { type ProtectionSettings, protectionSettingsFrom } from './protection-settings.ts';

/** The environment, `process.env` for instance. */
export type Environment = { readonly [variable: string]: string | undefined };

/** The login at Earthdata, or at another OAuth2 provider of its form. */
export interface LoginSettings {
  /** Where the provider is, without a slash at its end. */
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientPassword: string;
  /** This API's own `/token`, to which the provider sends the browser back. */
  readonly redirectUri: string;
}

/** The login at Launchpad, or at another SAML identity provider. */
export interface LaunchpadSettings {
  /** What the identity provider calls this API: the audience of its assertions. */
  readonly entityId: string;
  /** This API's own `/saml/auth`, to which the identity provider lets the browser post its answer. */
  readonly assertEndpoint: string;
  /** This API's own address, without a slash at its end. */
  readonly baseUrl: string;
  /** Where the identity provider takes requests. */
  readonly idpLogin: string;
  /** Where its metadata are, which have the certificates that it signs with. */
  readonly metadata: { readonly url: string } | { readonly bucket: string; readonly key: string };
  /** The group whose members may use the API. */
  readonly userGroup: string;
}

/** The settings of a deployment's API. */
export interface Settings {
  /** The name of the deployment's stack, by which answers call it; also the prefix of its functions' names. */
  readonly stackName: string;
  /** Whether it is a deployment on this machine, which has no S3 and no workflows unless it has a system bucket. */
  readonly isLocal: boolean;
  /** Undefined for an API without login, or with one at Launchpad. */
  readonly login: LoginSettings | undefined;
  readonly launchpad: LaunchpadSettings | undefined;
  /** The key that access tokens are signed with; undefined for an API without login. */
  readonly tokenSecret: string | undefined;
  /** Origins whose pages may call the API and to which a login may return, such as `https://dashboard.example.org`. */
  readonly dashboardOrigins: readonly string[];
  /** The bucket of the deployment's workflow templates and messages; undefined where there are no workflows. */
  readonly systemBucket: string | undefined;
  /** The queue that starts workflows; undefined to start each by Step Functions directly. */
  readonly startQueueUrl: string | undefined;
  /** The queue of the function that runs operations; undefined where there is none. */
  readonly operationsQueueUrl: string | undefined;
  /** The names of the deployment's log groups, in which `*` stands for any characters; as Cumulus names them if undefined. */
  readonly logGroups: readonly string[] | undefined;
  readonly triggers: TriggerSettings;
  readonly cmr: CmrSettings;
  readonly protection: ProtectionSettings;
}

/** The functions by which rules start workflows; undefined where the deployment does not have them. */
interface TriggerSettings {
  /** The ARN of the function that schedules invoke. */
  readonly invokeArn: string | undefined;
  /** The name or ARN of the function that gets records of streams, and messages of topics. */
  readonly messageConsumer: string | undefined;
  /** The name or ARN of the function that logs records of streams. */
  readonly kinesisInboundEventLogger: string | undefined;
  /** The name or ARN of the function that polls queues. */
  readonly sqsMessageConsumer: string | undefined;
}

/** A deployment's settings are missing or wrong. */
export class SettingsError extends CumulusError {
  readonly code = 'SETTINGS_INVALID';
}

/** HS256 requires a key at least as long as its hash, in bytes (RFC 7518, section 3.2). */
const MIN_SECRET_BYTES = 32;

/**
 * The settings of a deployment, out of the variables that its Lambda functions have.
 * @throws SettingsError that names each variable that is missing or wrong
 */
export function settingsFromEnvironment(environment: Environment): Settings {
  const problems: string[] = [];
  const variables = new Variables(environment, problems);
  const tokenSecret = variables.required('TOKEN_SECRET');
  if (tokenSecret !== '' && Buffer.byteLength(tokenSecret) < MIN_SECRET_BYTES) {
    problems.push(`TOKEN_SECRET is shorter than ${MIN_SECRET_BYTES} bytes: openssl rand -base64 48 prints one`);
  }
  const isLaunchpad = usesLaunchpad(environment, problems);
  const settings: Settings = {
    ...deploymentFromEnvironment(environment),
    stackName: variables.required('stackName'),
    isLocal: false,
    logGroups: logGroupsFrom(environment, problems),
    protection: protectionSettingsFrom(environment, problems),
    login: isLaunchpad ? undefined : earthdataSettings(variables),
    launchpad: isLaunchpad ? launchpadSettings(variables) : undefined,
    tokenSecret,
  };
  for (const origin of settings.dashboardOrigins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      problems.push(`DASHBOARD_ORIGINS names ${origin}, which is not an origin such as https://dashboard.example.org`);
  }
  if (problems.length > 0) throw cannotStart(problems);
  return settings;
}

/** Reads variables, and notes all that is wrong. */
class Variables {
  readonly problems: string[];
  readonly #environment: Environment;

  constructor(environment: Environment, problems: string[]) {
    this.#environment = environment;
    this.problems = problems;
  }

  find(name: string): string | undefined {
    return this.#environment[name] || undefined;
  }

  /** @param also another name of the variable, in earlier releases */
  required(name: string, also?: string): string {
    const value = this.find(name) ?? (also === undefined ? undefined : this.find(also));
    // "N/A" is what the earlier releases' Terraform module sets where nothing is given.
    if (value === undefined || value === 'N/A') this.problems.push(`${name} is not set`);
    return value ?? '';
  }

  /** An address, without slashes at its end. */
  url(name: string, fallback?: string): string {
    const value = this.find(name) ?? fallback ?? this.required(name);
    if (value !== '' && !isHttpUrl(value)) this.problems.push(`${name} is no URL of HTTPS: ${value}`);
    return value.replace(/\/+$/, '');
  }
}

function usesLaunchpad({ OAUTH_PROVIDER: provider }: Environment, problems: string[]): boolean {
  if (provider === 'launchpad') return true;
  if (provider && provider !== 'earthdata') problems.push(`OAUTH_PROVIDER is earthdata or launchpad, not ${provider}`);
  return false;
}

function earthdataSettings(variables: Variables): LoginSettings {
  return {
    baseUrl: variables.url('EARTHDATA_BASE_URL', 'https://urs.earthdata.nasa.gov'),
    clientId: variables.required('EARTHDATA_CLIENT_ID'),
    clientPassword: variables.required('EARTHDATA_CLIENT_PASSWORD'),
    redirectUri: variables.url('TOKEN_REDIRECT_ENDPOINT'),
  };
}

const SAML_AUTH = '/saml/auth';

function launchpadSettings(variables: Variables): LaunchpadSettings {
  const { problems } = variables;
  const assertEndpoint = variables.url('ASSERT_ENDPOINT');
  if (assertEndpoint !== '' && !assertEndpoint.endsWith(SAML_AUTH))
    problems.push(`ASSERT_ENDPOINT is not this API's own ${SAML_AUTH}: ${assertEndpoint}`);
  return {
    entityId: variables.required('ENTITY_ID'),
    assertEndpoint,
    baseUrl: assertEndpoint.slice(0, -SAML_AUTH.length),
    idpLogin: variables.url('IDP_LOGIN'),
    metadata: metadataPlace(variables),
    userGroup: variables.required('OAUTH_USER_GROUP', 'oauth_user_group'),
  };
}

function metadataPlace(variables: Variables): LaunchpadSettings['metadata'] {
  const path = variables.find('LAUNCHPAD_METADATA_PATH');
  if (path === undefined) return { url: variables.url('LAUNCHPAD_METADATA_URL') };
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(path) ?? [];
  if (key === '') variables.problems.push(`LAUNCHPAD_METADATA_PATH is not s3://BUCKET/KEY: ${path}`);
  return { bucket, key };
}

/** The settings of an API without login. @throws SettingsError */
export function settingsWithoutLogin(environment: Environment, stackName: string): Settings {
  const problems: string[] = [];
  const logGroups = logGroupsFrom(environment, problems);
  const protection = protectionSettingsFrom(environment, problems);
  if (problems.length > 0) throw cannotStart(problems);
  return {
    ...deploymentFromEnvironment(environment),
    stackName,
    isLocal: false,
    logGroups,
    protection,
    login: undefined,
    launchpad: undefined,
    tokenSecret: undefined,
  };
}

/** Settings with what else is said of protection. */
export function withProtection(settings: Settings, given: Partial<ProtectionSettings>): Settings {
  return { ...settings, protection: { ...settings.protection, ...given } };
}

/**
 * The API's own address, without a slash at its end: that to which a login sends browsers back, without the route.
 * @returns undefined where no setting names it
 */
export function addressOf({ login, launchpad }: Pick<Settings, 'login' | 'launchpad'>): string | undefined {
  if (launchpad !== undefined) return launchpad.baseUrl.replace(/\/v1$/, '');
  return /^(.*?)(?:\/v1)?\/token$/.exec(login?.redirectUri ?? '')?.[1];
}

/** The settings of a deployment whose users are in a file. @throws SettingsError where nothing says in which bucket it is */
export function requireSystemBucket(settings: Settings): Settings {
  if (settings.systemBucket !== undefined) return settings;
  throw new SettingsError(
    'The API cannot start: there is no UsersTable, and system_bucket, where a file has the users, is not set.',
  );
}

/** @throws SettingsError where the deployment's stack has no name */
export function requireStackName(environment: Environment): string {
  const { stackName } = environment;
  if (!stackName) throw new SettingsError('The API cannot start: stackName is not set.');
  return stackName;
}

function cannotStart(problems: readonly string[]): SettingsError {
  return new SettingsError(`The API cannot start: ${problems.join('; ')}.`);
}

/** What names of log groups can have, and `*`. */
const LOG_GROUP = /^[\w./#*-]{1,512}$/;

function logGroupsFrom(environment: Environment, problems: string[]): readonly string[] | undefined {
  const given = listOf(environment['LOG_GROUPS']);
  for (const name of given) if (!LOG_GROUP.test(name)) problems.push(`LOG_GROUPS names ${name}, which is no log group`);
  return given.length === 0 ? undefined : given;
}

/** The parts of a text with commas. */
function listOf(text = ''): readonly string[] {
  return text.split(',').flatMap((part) => part.trim() || []);
}

function deploymentFromEnvironment(
  environment: Environment,
): Pick<Settings, 'dashboardOrigins' | 'systemBucket' | 'startQueueUrl' | 'operationsQueueUrl' | 'triggers' | 'cmr'> {
  return {
    dashboardOrigins: listOf(environment['DASHBOARD_ORIGINS']),
    systemBucket: environment['system_bucket'] || undefined,
    startQueueUrl: environment['defaultSchedulerQueueUrl'] || undefined,
    operationsQueueUrl: environment['operationsQueueUrl'] || undefined,
    triggers: {
      invokeArn: environment['invokeArn'] || environment['invoke'] || undefined,
      messageConsumer: environment['messageConsumer'] || undefined,
      kinesisInboundEventLogger: environment['KinesisInboundEventLogger'] || undefined,
      sqsMessageConsumer: environment['sqsMessageConsumer'] || undefined,
    },
    cmr: cmrSettingsFrom(environment),
  };
}

/** HTTPS; or HTTP on this machine, where tests and `serve --local` are. */
function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

import { isIP } from 'node:net';
import { CumulusError } from '@cumulus/dynamodb/aws';

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

/** The settings of a deployment's API. */
export interface Settings {
  /** The name of the deployment's stack, by which answers call it; also the prefix of its functions' names. */
  readonly stackName: string;
  /** Undefined for an API without login. */
  readonly login: LoginSettings | undefined;
  /** The key that access tokens are signed with; undefined for an API without login. */
  readonly tokenSecret: string | undefined;
  /** Origins whose pages may call the API and to which a login may return, such as `https://dashboard.example.org`. */
  readonly dashboardOrigins: readonly string[];
  /** The bucket of the deployment's workflow templates and messages; undefined where there are no workflows. */
  readonly systemBucket: string | undefined;
  /** The queue that starts workflows; undefined to start each by Step Functions directly. */
  readonly startQueueUrl: string | undefined;
  /** The names of the deployment's log groups, in which `*` stands for any characters; as Cumulus names them if undefined. */
  readonly logGroups: readonly string[] | undefined;
  readonly cmr: { readonly provider: string | undefined; readonly environment: string | undefined };
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
  const required = (name: string): string => {
    const value = environment[name];
    if (!value) problems.push(`${name} is not set`);
    return value ?? '';
  };
  const url = (name: string, fallback?: string): string => {
    const value = environment[name] || fallback || required(name);
    if (value !== '' && !isHttpUrl(value)) problems.push(`${name} is no URL of HTTPS: ${value}`);
    return value.replace(/\/+$/, '');
  };
  const tokenSecret = required('TOKEN_SECRET');
  if (tokenSecret !== '' && Buffer.byteLength(tokenSecret) < MIN_SECRET_BYTES) {
    problems.push(`TOKEN_SECRET is shorter than ${MIN_SECRET_BYTES} bytes: openssl rand -base64 48 prints one`);
  }
  const settings: Settings = {
    ...deploymentFromEnvironment(environment),
    stackName: required('stackName'),
    logGroups: logGroupsFrom(environment, problems),
    login: {
      baseUrl: url('EARTHDATA_BASE_URL', 'https://urs.earthdata.nasa.gov'),
      clientId: required('EARTHDATA_CLIENT_ID'),
      clientPassword: required('EARTHDATA_CLIENT_PASSWORD'),
      redirectUri: url('TOKEN_REDIRECT_ENDPOINT'),
    },
    tokenSecret,
  };
  for (const origin of settings.dashboardOrigins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      problems.push(`DASHBOARD_ORIGINS names ${origin}, which is not an origin such as https://dashboard.example.org`);
  }
  if (problems.length > 0) throw cannotStart(problems);
  return settings;
}

/** The settings of an API without login. @throws SettingsError */
export function settingsWithoutLogin(environment: Environment, stackName: string): Settings {
  const problems: string[] = [];
  const logGroups = logGroupsFrom(environment, problems);
  if (problems.length > 0) throw cannotStart(problems);
  return { ...deploymentFromEnvironment(environment), stackName, logGroups, login: undefined, tokenSecret: undefined };
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
): Pick<Settings, 'dashboardOrigins' | 'systemBucket' | 'startQueueUrl' | 'cmr'> {
  return {
    dashboardOrigins: listOf(environment['DASHBOARD_ORIGINS']),
    systemBucket: environment['system_bucket'] || undefined,
    startQueueUrl: environment['defaultSchedulerQueueUrl'] || undefined,
    cmr: {
      provider: environment['cmr_provider'] || undefined,
      environment: environment['CMR_ENVIRONMENT'] || undefined,
    },
  };
}

/** HTTPS; or HTTP on this machine, where tests and `serve --local` are. */
function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

/** Whether a host name or address is a loopback address. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'));
}

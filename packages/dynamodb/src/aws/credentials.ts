import { ENV_KEY, ENV_SECRET, fromEnv } from '@aws-sdk/credential-provider-env';
import { loadSharedConfigFiles } from '@smithy/core/config';
import type { AwsCredentialIdentity, Logger } from '@smithy/types';
import { CredentialsError } from './errors.ts';

/** What the SDK gives a provider of credentials: the client that asks, whose region holds for the requests that it takes. */
export type CredentialsProvider = (properties?: Record<string, unknown>) => Promise<AwsCredentialIdentity>;

/** Settings of a profile that say where its credentials come from. One of them is enough to try. */
const SOURCES = [
  'aws_access_key_id',
  'aws_secret_access_key',
  'role_arn',
  'source_profile',
  'credential_source',
  'credential_process',
  'web_identity_token_file',
  'sso_session',
  'sso_start_url',
  'sso_account_id',
  'login_session',
];

const DEFAULT_PROFILE = 'default';

/** How many lines of another program's complaint are quoted. */
const MAX_QUOTED_LINES = 3;

/**
 * Credentials in the order of the AWS CLI: a profile that is given; the keys of the environment; the profile of `AWS_PROFILE`,
 * or `default`; the container's and the machine's role. The SDK would take `AWS_PROFILE` before the keys. A profile that says
 * nothing of credentials, but only a region for example, leaves them to the others.
 * https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-quickstart.html#cli-configure-quickstart-precedence
 *
 * Nothing is read before it is asked. What is thrown then is a {@link CredentialsError} that names the profile, if there is one:
 * that it does not exist, or why it gives no credentials. Of the two keys of the environment one alone is refused.
 * @param onFound called before they are used
 */
export function chooseCredentials(
  given: string | undefined,
  logger: Logger,
  onFound?: ((found: FoundCredentials) => void | Promise<void>) | undefined,
): CredentialsProvider {
  return async (properties) => {
    const place = await findPlace(given);
    const credentials = await credentialsIn(place, logger, properties);
    await onFound?.({ credentials, source: describePlace(place, credentials) });
    return credentials;
  };
}

/** Credentials that were found. */
export interface FoundCredentials {
  readonly credentials: AwsCredentialIdentity;
  /** Where, in words: `the keys in the environment`, `the profile prod`. */
  readonly source: string;
}

/** Where credentials are: `others` are those that the SDK finds by itself, such as a machine's role. */
type Place =
  | { readonly kind: 'environment' }
  | { readonly kind: 'profile'; readonly profile: string; readonly settings: Settings }
  | { readonly kind: 'others'; readonly profile: string | undefined };

type Settings = { readonly [name: string]: string | undefined };

async function findPlace(given: string | undefined): Promise<Place> {
  const named = given ?? (process.env['AWS_PROFILE'] || undefined);
  if (named === undefined && hasKeys()) return { kind: 'environment' };
  const profile = named ?? DEFAULT_PROFILE;
  // One that does not exist is refused also where the keys take precedence over it: its region would hold.
  const settings = await findProfile(profile);
  const givesSome = SOURCES.some((name) => settings[name]);
  if ((given === undefined || !givesSome) && hasKeys()) return { kind: 'environment' };
  return givesSome ? { kind: 'profile', profile, settings } : { kind: 'others', profile: named };
}

async function credentialsIn(
  place: Place,
  logger: Logger,
  properties: Record<string, unknown> | undefined,
): Promise<AwsCredentialIdentity> {
  if (place.kind === 'environment') return fromEnv()();
  const { profile } = place;
  if (place.kind === 'profile') return ofProfile(place.profile, logger, properties);
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  return defaultProvider({ ...(profile !== undefined && { profile }), logger })(properties);
}

/** By the features that the SDK notes on credentials, which are for its statistics. */
const FEATURES: readonly (readonly [feature: string, source: string])[] = [
  ['CREDENTIALS_HTTP', 'the role of the container'],
  ['CREDENTIALS_IMDS', 'the role of the machine'],
  ['CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN', 'the web identity token that the environment names'],
];

interface NotedCredentials extends AwsCredentialIdentity {
  readonly $source?: { readonly [feature: string]: unknown };
}

function describePlace(place: Place, credentials: NotedCredentials): string {
  if (place.kind === 'environment') return 'the keys in the environment';
  if (place.kind === 'others') {
    const [, source = 'what the AWS SDK finds'] = FEATURES.find(([feature]) => credentials.$source?.[feature]) ?? [];
    return source;
  }
  const { profile, settings } = place;
  const { role_arn: role, sso_role_name: ssoRole } = settings;
  const by = role ?? (ssoRole === undefined ? settings['credential_process'] && 'by its program' : `${ssoRole} by SSO`);
  return `the profile ${profile}${by ? ` (${by})` : ''}`;
}

/** @throws CredentialsError for half of them: those of a profile may be another account's */
function hasKeys(): boolean {
  if (!process.env[ENV_KEY]) return false;
  if (process.env[ENV_SECRET]) return true;
  throw new CredentialsError(`${ENV_KEY} is set in the environment, but ${ENV_SECRET} is not.`, ['Set both, or none.']);
}

/**
 * The settings of a profile, out of both files.
 * @throws CredentialsError unless there is such a profile; `default` need not be there
 */
async function findProfile(name: string): Promise<Settings> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const settings = { ...configFile[name], ...credentialsFile[name] };
  if (name in configFile || name in credentialsFile || name === DEFAULT_PROFILE) return settings;
  const others = [...new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)])];
  // Sections of other kinds, such as `sso-session.NAME`, are in the same list.
  const profiles = others.filter((other) => !/^(sso-session|services)\./.test(other)).sort();
  const are = profiles.length === 0 ? 'They name none.' : `They name: ${profiles.join(', ')}.`;
  throw new CredentialsError(`The AWS configuration files have no profile ${name}. ${are}`);
}

/** @throws CredentialsError */
async function ofProfile(
  profile: string,
  logger: Logger,
  properties: Record<string, unknown> | undefined,
): Promise<AwsCredentialIdentity> {
  const { fromIni } = await import('@aws-sdk/credential-provider-ini');
  try {
    return await fromIni({ profile, logger })(properties);
  } catch (error) {
    const reason = reasonOf(error);
    const advice = /\bSSO session\b/.test(reason) ? [`Log in: AWS_PROFILE=${profile} aws sso login`] : [];
    // Its command line would be printed with the causes of an error.
    const cause = isOfProgram(error) ? undefined : error;
    throw new CredentialsError(`The profile ${profile} gives no AWS credentials: ${reason}`, advice, cause);
  }
}

/** The SDK's words; of a program that failed only its own, since its command line may hold a secret. */
function reasonOf(error: unknown): string {
  const lines = String((error as Error).message)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const [first = 'no reason is given'] = lines;
  // The SDK says no more of a session that is over than which field it misses to renew it.
  if (first.includes("run 'aws sso login'")) return `its SSO session is over (${first.split(/\.(?: |$)/, 1)[0]})`;
  if (!isOfProgram(error)) return first;
  const said = lines.slice(1, 1 + MAX_QUOTED_LINES).join(' ');
  return `its credential_process failed${said === '' ? ', without a word' : `: ${said}`}`;
}

function isOfProgram(error: unknown): boolean {
  return String((error as Error).message)
    .trimStart()
    .startsWith('Command failed:');
}

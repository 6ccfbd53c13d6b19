import { createSecureContext } from 'node:tls';
import { type ClientCertificate, ConnectionError, createFetch, parseObject } from '@cumulus/dynamodb/aws';
import { ServiceUnavailableError } from '../aws/ask-service.ts';
import type { AwsClients } from '../aws/clients.ts';
import type { SystemObjects } from '../aws/system-objects.ts';
import type { CmrCredentials } from '../cmr-settings.ts';
import { CmrError, NotConfiguredError } from '../errors.ts';
import { readSecret } from './read-secret.ts';

/** How long a token is used if its service says nothing, and at most, in milliseconds. */
const MAX_AGE = 3_600_000;

/** How long before its end a token is not used any more, in milliseconds. */
const MARGIN = 60_000;

/** How long a token's service may take, in milliseconds. */
const TIMEOUT = 10_000;

export interface CmrTokenOptions {
  readonly credentials: CmrCredentials;
  readonly clients: Pick<AwsClients, 'secretsManager'>;
  /** Where Launchpad's certificate is. */
  readonly systemObjects: SystemObjects | undefined;
  readonly now: () => number;
}

interface KnownToken {
  readonly header: string;
  readonly until: number;
}

/** The token by which CMR knows a deployment, from Earthdata Login or Launchpad. It is kept in memory only. */
export class CmrToken {
  readonly #options: CmrTokenOptions;
  #known: Promise<KnownToken> | undefined;

  constructor(options: CmrTokenOptions) {
    this.#options = options;
  }

  /** The value of the header `Authorization`. @throws CmrError, NotConfiguredError, ServiceUnavailableError */
  async header(): Promise<string> {
    const known = await this.#known?.catch(() => undefined);
    if (known !== undefined && this.#options.now() < known.until) return known.header;
    this.#known = this.#ask();
    return (await this.#known).header;
  }

  /** Asks for another token the next time: CMR did not take this one. */
  forget(): void {
    this.#known = undefined;
  }

  async #ask(): Promise<KnownToken> {
    const { credentials, now } = this.#options;
    const asked = now();
    if (credentials.kind === 'earthdata') {
      const { access_token: token } = await this.#askEarthdata(credentials);
      return { header: `Bearer ${token}`, until: asked + MAX_AGE - MARGIN };
    }
    const { sm_token: token, session_maxtimeout: seconds } = await this.#askLaunchpad(credentials);
    const age = typeof seconds === 'number' ? Math.min(seconds * 1000, MAX_AGE) : MAX_AGE;
    return { header: String(token), until: asked + age - MARGIN };
  }

  /** https://urs.earthdata.nasa.gov/documentation/for_users/user_token */
  async #askEarthdata({ username, password, loginUrl }: CmrCredentials & { readonly kind: 'earthdata' }) {
    const pair = `${username}:${await readSecret(password, this.#options.clients)}`;
    const url = `${loginUrl}/api/users/find_or_create_token`;
    const headers = { Authorization: `Basic ${Buffer.from(pair).toString('base64')}`, Accept: 'application/json' };
    return tokenOf('Earthdata Login', 'access_token', () => ask(url, { method: 'POST', headers }));
  }

  async #askLaunchpad({ api, certificate, passphrase }: CmrCredentials & { readonly kind: 'launchpad' }) {
    const { systemObjects, clients } = this.#options;
    if (systemObjects === undefined)
      throw new NotConfiguredError('There is no system bucket with the certificate for Launchpad.');
    const location = systemObjects.at(`crypto/${certificate}`);
    const pfx = (await systemObjects.ask((objects) => objects.read(location)))?.content;
    if (pfx === undefined)
      throw new NotConfiguredError(`The certificate for Launchpad is not at s3://${location.bucket}/${location.key}.`);
    const secret = { pfx, passphrase: await readSecret(passphrase, clients) };
    try {
      createSecureContext(secret);
    } catch {
      throw new NotConfiguredError(`The certificate ${certificate} cannot be opened with its passphrase.`);
    }
    return tokenOf('Launchpad', 'sm_token', () => ask(`${api}/gettoken`, {}, secret));
  }
}

interface TokenAnswer {
  readonly status: number;
  readonly body: string;
}

async function ask(url: string, init: RequestInit, certificate?: ClientCertificate): Promise<TokenAnswer> {
  const fetch = createFetch({ connectionTimeout: TIMEOUT, socketTimeout: TIMEOUT }, certificate);
  const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT) });
  return { status: response.status, body: await response.text() };
}

/** What a service says of a token. Nothing that it says goes into an error: it may repeat what it was sent. */
async function tokenOf(
  service: string,
  field: string,
  send: () => Promise<TokenAnswer>,
): Promise<{ readonly [field: string]: unknown }> {
  let answer: TokenAnswer;
  try {
    answer = await send();
  } catch (error) {
    if (error instanceof ConnectionError) {
      throw new ServiceUnavailableError(`${service} cannot be asked: ${error.message}`, [], error);
    }
    const { code, name } = error as NodeJS.ErrnoException;
    throw new ServiceUnavailableError(`${service} cannot answer just now (${code ?? name}).`);
  }
  if (answer.status >= 500 || answer.status === 429)
    throw new ServiceUnavailableError(`${service} cannot answer just now (${answer.status}).`);
  const body = parseObject(answer.body);
  if (answer.status >= 200 && answer.status < 300 && typeof body?.[field] === 'string' && body[field] !== '')
    return body;
  throw new CmrError(`${service} gave no token for CMR; it answered ${answer.status}.`, [
    'Nothing was changed in CMR.',
    'Check the credentials of CMR among the settings.',
  ]);
}

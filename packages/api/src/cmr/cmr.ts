import {
  Backoff,
  ConnectionError,
  createFetch,
  type Delays,
  isObject,
  PageTrail,
  parseObject,
} from '@cumulus/dynamodb/aws';
import type { MetadataFormat } from '@cumulus/models/messages';
import { ServiceUnavailableError } from '../aws/ask-service.ts';
import type { AwsClients } from '../aws/clients.ts';
import type { SystemObjects } from '../aws/system-objects.ts';
import type { CmrSettings } from '../cmr-settings.ts';
import { CmrError, NotConfiguredError } from '../errors.ts';
import { CmrToken } from './cmr-token.ts';

/** How long CMR may take for an answer, in milliseconds. */
const TIMEOUT = 15_000;

interface CmrRetries extends Delays {
  /** How often a request is sent before its failure counts. */
  readonly maxAttempts: number;
  /** The longest that CMR's own advice to wait is followed, in milliseconds. */
  readonly maxAdvised: number;
}

/** For a request that somebody waits for. */
const INTERACTIVE_RETRIES: CmrRetries = {
  ...{ maxAttempts: 3, maxAdvised: 0 },
  ...{ initialDelay: 300, backoffRate: 5, maxDelay: 1_500 },
};

/** For work that nobody waits for: CMR may limit how much it answers for minutes. */
const LONG_RETRIES: CmrRetries = { ...INTERACTIVE_RETRIES, maxAttempts: 9, maxAdvised: 120_000, maxDelay: 60_000 };

/** How many concepts a page of a search has: their metadata are a few kilobytes each. */
const PAGE_SIZE = 200;

/** What CMR says of a granule that it does not have. It says the like of a provider, too. */
const GONE = /^(?!provider\b).*(already deleted|does not exist)/i;

/** The most that an error repeats of what CMR says. */
const MAX_SAID = 500;

export interface CmrOptions {
  readonly settings: CmrSettings;
  readonly clients: Pick<AwsClients, 'secretsManager'>;
  readonly systemObjects: SystemObjects | undefined;
  readonly now: () => number;
}

/** A granule's metadata as CMR takes them. */
export interface PublishedMetadata {
  readonly nativeId: string;
  readonly format: MetadataFormat;
  /** Of UMM-G. */
  readonly version?: string | undefined;
  readonly text: string;
}

interface CmrAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly [field: string]: unknown };
}

interface CmrRequest {
  readonly body?: string;
  readonly headers?: Record<string, string>;
  readonly retries?: CmrRetries;
  readonly abortSignal?: AbortSignal | undefined;
}

/** A collection or granule that CMR found: its metadata in UMM. */
export type FoundConcept = { readonly [field: string]: unknown };

/**
 * NASA's Common Metadata Repository, as far as granules are published there. All requests may be sent again: they state how a granule
 * is to be, or that it is not to be.
 *
 * https://cmr.earthdata.nasa.gov/ingest/site/docs/ingest/api.html, https://cmr.earthdata.nasa.gov/search/site/docs/search/api.html
 */
export class Cmr {
  readonly #settings: CmrSettings;
  readonly #token: CmrToken | undefined;
  readonly #fetch = createFetch({ connectionTimeout: TIMEOUT, socketTimeout: TIMEOUT });

  constructor({ settings, ...options }: CmrOptions) {
    this.#settings = settings;
    const { credentials } = settings;
    this.#token = credentials === undefined ? undefined : new CmrToken({ credentials, ...options });
  }

  /** @throws NotConfiguredError that names the settings that are missing */
  requireConfigured(): void {
    const { missing } = this.#settings;
    if (this.#token !== undefined) return;
    throw new NotConfiguredError(`This deployment cannot ask CMR: ${missing.join(', ')} not set.`);
  }

  /**
   * The id by which the provider put a granule into CMR.
   * @returns undefined where CMR has no such granule
   * @throws CmrError, also for a granule of another provider than the deployment's; NotConfiguredError, ServiceUnavailableError
   */
  async nativeIdOf(conceptId: string): Promise<string | undefined> {
    const query = new URLSearchParams({ concept_id: conceptId });
    const { status, body } = await this.#ask('GET', `/search/granules.umm_json?${query}`, {});
    const items: unknown = body['items'];
    if (status !== 200 || !Array.isArray(items)) throw refused('find the granule', { status, body });
    const [first] = items as readonly unknown[];
    const meta = isObject(first) && isObject(first['meta']) ? first['meta'] : {};
    const nativeId = meta['native-id'];
    if (items.length > 0 && typeof nativeId !== 'string') throw refused('find the granule', { status, body });
    const { provider } = this.#settings;
    const owner = meta['provider-id'] ?? provider;
    if (owner !== provider)
      throw new CmrError(`CMR has ${conceptId} of the provider ${owner}, and this deployment's is ${provider}.`, [
        'Nothing was changed in CMR. Check the setting cmr_provider.',
      ]);
    return typeof nativeId === 'string' ? nativeId : undefined;
  }

  /** Puts a granule's metadata in place of what CMR has. @throws CmrError, NotConfiguredError, ServiceUnavailableError */
  async publish({ nativeId, format, version = '1.4', text }: PublishedMetadata): Promise<void> {
    const type =
      format === 'echo10' ? 'application/echo10+xml' : `application/vnd.nasa.cmr.umm+json;version=${version}`;
    const answer = await this.#ask('PUT', this.#granulePath(nativeId), {
      body: text,
      headers: { 'Content-Type': type },
    });
    if (!isDone(answer)) throw refused('take the granule’s metadata', answer);
  }

  /** Deletes a granule from CMR, if it is there. @throws CmrError, NotConfiguredError, ServiceUnavailableError */
  async delete(nativeId: string): Promise<void> {
    const answer = await this.#ask('DELETE', this.#granulePath(nativeId), {});
    // CMR says that it is not there, or deleted already. Another server's 404 has no such answer.
    if (answer.status === 404 && saidBy(answer).some((said) => GONE.test(said))) return;
    if (!isDone(answer)) throw refused('delete the granule', answer);
  }

  /**
   * Searches what the deployment's provider has in CMR, a page at once. Where CMR limits requests, it is asked again for minutes.
   * @param parameters what is searched for, beside the provider
   * @param abortSignal ends waiting for CMR
   * @throws CmrError, also where CMR gives fewer than it says it has; NotConfiguredError, ServiceUnavailableError
   */
  async *search(
    kind: 'collections' | 'granules',
    parameters: readonly (readonly [name: string, value: string])[],
    abortSignal?: AbortSignal | undefined,
  ): AsyncGenerator<readonly FoundConcept[], void> {
    const form = new URLSearchParams([
      ['provider', this.#settings.provider ?? ''],
      ['page_size', String(PAGE_SIZE)],
      ...parameters.map(([name, value]) => [name, value] as [string, string]),
    ]);
    const trail = new PageTrail<string>(`The list of ${kind} in CMR`);
    let found = 0;
    for (let after: string | undefined; ; ) {
      const answer = await this.#ask('POST', `/search/${kind}.umm_json`, {
        // In the body, since many ids are longer than an address may be.
        body: form.toString(),
        headers: {
          'Content-Type': 'application/x-www-form-urlencoded',
          ...(after === undefined ? {} : { 'CMR-Search-After': after }),
        },
        retries: LONG_RETRIES,
        abortSignal,
      });
      const { items, hits } = answer.body;
      if (answer.status !== 200 || !Array.isArray(items) || typeof hits !== 'number')
        throw refused(`list its ${kind}`, answer);
      const concepts = (items as readonly unknown[]).map((item) => (isObject(item) ? item['umm'] : undefined));
      if (!concepts.every(isObject)) throw refused(`list its ${kind}`, answer);
      found += concepts.length;
      yield concepts;
      after = trail.step(answer.headers.get('CMR-Search-After') ?? undefined);
      if (after !== undefined && concepts.length > 0) continue;
      if (found >= hits) return;
      throw new CmrError(`CMR says that it has ${hits} ${kind} (${describeSearch(parameters)}), and gave ${found}.`, [
        'It may have been changed meanwhile. Ask again.',
      ]);
    }
  }

  #granulePath(nativeId: string): string {
    return `/ingest/providers/${this.#settings.provider}/granules/${encodeURIComponent(nativeId)}`;
  }

  async #ask(
    method: string,
    path: string,
    { body, headers = {}, retries = INTERACTIVE_RETRIES, abortSignal }: CmrRequest,
  ): Promise<CmrAnswer> {
    this.requireConfigured();
    const token = this.#token as CmrToken;
    let isRenewed = false;
    const backoff = new Backoff(retries);
    for (let attempt = 1; ; attempt += 1) {
      const authorization = await token.header();
      const answer = await this.#send(method, path, body, { ...headers, Authorization: authorization });
      if (answer?.status === 401 && !isRenewed) {
        // It may have ended, or have been revoked.
        token.forget();
        isRenewed = true;
        continue;
      }
      if (answer !== undefined && answer.status < 500 && answer.status !== 429) return answer;
      if (attempt >= retries.maxAttempts) throw new ServiceUnavailableError('CMR cannot answer just now.');
      await backoff.wait(abortSignal, Math.min(adviceOf(answer), retries.maxAdvised));
    }
  }

  /** @returns undefined where there is no answer */
  async #send(
    method: string,
    path: string,
    body: string | undefined,
    headers: Record<string, string>,
  ): Promise<CmrAnswer | undefined> {
    try {
      const response = await this.#fetch(`${this.#settings.baseUrl}${path}`, {
        method,
        body: body ?? null,
        headers: { 'Client-Id': this.#settings.clientId ?? '', Accept: 'application/json', ...headers },
        // The token is for CMR alone.
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT),
      });
      return { status: response.status, headers: response.headers, body: parseObject(await response.text()) ?? {} };
    } catch (error) {
      // Asking again does not help: it is about this deployment's proxy or authorities.
      if (error instanceof ConnectionError)
        throw new ServiceUnavailableError(`CMR cannot be asked: ${error.message}`, [], error);
      return undefined;
    }
  }
}

/** How long CMR says to wait, in milliseconds. */
function adviceOf(answer: CmrAnswer | undefined): number {
  const seconds = Number(answer?.headers.get('Retry-After') ?? 0);
  return Number.isFinite(seconds) ? Math.max(seconds, 0) * 1000 : 0;
}

function describeSearch(parameters: readonly (readonly [name: string, value: string])[]): string {
  return parameters.length === 0
    ? 'all'
    : parameters
        .map(([name, value]) => `${name} ${value}`)
        .join(', ')
        .slice(0, 200);
}

type SaidByCmr = Pick<CmrAnswer, 'status' | 'body'>;

/** Only CMR's own words are evidence: a proxy answers 200 too. */
function isDone({ status, body }: SaidByCmr): boolean {
  return (status === 200 || status === 201) && typeof body['concept-id'] === 'string';
}

/** CMR's errors: texts, or texts about a path in the metadata. */
function saidBy({ body }: SaidByCmr): readonly string[] {
  const errors: unknown = body['errors'];
  if (!Array.isArray(errors)) return [];
  return (errors as readonly unknown[]).flatMap((error) => {
    if (!isObject(error)) return [String(error)];
    const { path, errors: ofPath } = error;
    const where = Array.isArray(path) ? `${path.join('/')}: ` : '';
    return (Array.isArray(ofPath) ? ofPath : []).map((one) => `${where}${one}`);
  });
}

function refused(action: string, answer: SaidByCmr): CmrError {
  const said = saidBy(answer).join(' ').slice(0, MAX_SAID);
  return new CmrError(`CMR did not ${action}; it answered ${answer.status}${said === '' ? '' : `: ${said}`}`);
}

import { setTimeout as wait } from 'node:timers/promises';
import { isObject } from '@cumulus/dynamodb/aws';
import type { MetadataFormat } from '@cumulus/models/messages';
import { ServiceUnavailableError } from '../aws/ask-service.ts';
import type { AwsClients } from '../aws/clients.ts';
import type { SystemObjects } from '../aws/system-objects.ts';
import type { CmrSettings } from '../cmr-settings.ts';
import { CmrError, NotConfiguredError } from '../errors.ts';
import { CmrToken } from './cmr-token.ts';

/** How long CMR may take for an answer, in milliseconds, and how long to wait before each further attempt. */
const TIMEOUT = 15_000;
const WAITS = [300, 1_500];

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
  readonly body: { readonly [field: string]: unknown };
}

/**
 * NASA's Common Metadata Repository, as far as granules are published there. All requests may be sent again: they state how a granule
 * is to be, or that it is not to be.
 *
 * https://cmr.earthdata.nasa.gov/ingest/site/docs/ingest/api.html, https://cmr.earthdata.nasa.gov/search/site/docs/search/api.html
 */
export class Cmr {
  readonly #settings: CmrSettings;
  readonly #token: CmrToken | undefined;

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
   * @throws CmrError, NotConfiguredError, ServiceUnavailableError
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
    if (answer.status === 404 && saidBy(answer).some((said) => /already deleted|does not exist/i.test(said))) return;
    if (!isDone(answer)) throw refused('delete the granule', answer);
  }

  #granulePath(nativeId: string): string {
    return `/ingest/providers/${this.#settings.provider}/granules/${encodeURIComponent(nativeId)}`;
  }

  async #ask(
    method: string,
    path: string,
    { body, headers = {} }: { readonly body?: string; readonly headers?: Record<string, string> },
  ): Promise<CmrAnswer> {
    this.requireConfigured();
    const token = this.#token as CmrToken;
    let isRenewed = false;
    for (let attempt = 0; ; attempt += 1) {
      const authorization = await token.header();
      const answer = await this.#send(method, path, body, { ...headers, Authorization: authorization });
      if (answer?.status === 401 && !isRenewed) {
        // It may have ended, or have been revoked.
        token.forget();
        isRenewed = true;
        continue;
      }
      if (answer !== undefined && answer.status < 500 && answer.status !== 429) return answer;
      const delay = WAITS[attempt];
      if (delay === undefined) throw new ServiceUnavailableError('CMR cannot answer just now.');
      await wait(delay);
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
      const response = await fetch(`${this.#settings.baseUrl}${path}`, {
        method,
        body: body ?? null,
        headers: { 'Client-Id': this.#settings.clientId ?? '', Accept: 'application/json', ...headers },
        // The token is for CMR alone.
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT),
      });
      return { status: response.status, body: parse(await response.text()) };
    } catch {
      return undefined;
    }
  }
}

function parse(text: string): { readonly [field: string]: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** Only CMR's own words are evidence: a proxy answers 200 too. */
function isDone({ status, body }: CmrAnswer): boolean {
  return (status === 200 || status === 201) && typeof body['concept-id'] === 'string';
}

/** CMR's errors: texts, or texts about a path in the metadata. */
function saidBy({ body }: CmrAnswer): readonly string[] {
  const errors: unknown = body['errors'];
  if (!Array.isArray(errors)) return [];
  return (errors as readonly unknown[]).flatMap((error) => {
    if (!isObject(error)) return [String(error)];
    const { path, errors: ofPath } = error;
    const where = Array.isArray(path) ? `${path.join('/')}: ` : '';
    return (Array.isArray(ofPath) ? ofPath : []).map((one) => `${where}${one}`);
  });
}

function refused(action: string, answer: CmrAnswer): CmrError {
  const said = saidBy(answer).join(' ').slice(0, MAX_SAID);
  return new CmrError(`CMR did not ${action}; it answered ${answer.status}${said === '' ? '' : `: ${said}`}`);
}

import { createFetch } from '@cumulus/dynamodb/aws';
import type { FetchText } from '@cumulus/models/payloads';
import type { LaunchpadSettings } from '../../settings.ts';
import { LoginUnavailableError } from '../errors.ts';
import type { IdentityProvider } from './identity-provider.ts';

/** How long the metadata are taken for current, in milliseconds. */
const MAX_AGE = 3_600_000;

/** How old they have to be before a signature that does not fit is a reason to read them again, in milliseconds. */
const MIN_AGE = 60_000;

/** How long they may take, in milliseconds: somebody is waiting. */
const TIMEOUT = 10_000;

interface Copy {
  readonly provider: IdentityProvider;
  readonly readAt: number;
}

/** The identity provider, by its metadata, which are read when they are first needed and then once an hour. */
export class LaunchpadMetadata {
  readonly #source: LaunchpadSettings['metadata'];
  readonly #fetchFromS3: FetchText;
  readonly #now: () => number;
  #copy: Copy | undefined;

  constructor(source: LaunchpadSettings['metadata'], fetchFromS3: FetchText, now: () => number) {
    this.#source = source;
    this.#fetchFromS3 = fetchFromS3;
    this.#now = now;
  }

  /** @throws LoginUnavailableError if the metadata cannot be read, and never were */
  async provider(): Promise<IdentityProvider> {
    const copy = this.#copy;
    if (copy !== undefined && this.#now() - copy.readAt < MAX_AGE) return copy.provider;
    return this.#read().catch((error: unknown) => {
      if (copy === undefined) throw error;
      return copy.provider;
    });
  }

  /**
   * The identity provider after a signature did not fit: it may sign with a new key.
   * @returns undefined if the metadata were read just now
   */
  async renewedProvider(): Promise<IdentityProvider | undefined> {
    if (this.#copy !== undefined && this.#now() - this.#copy.readAt < MIN_AGE) return undefined;
    return this.#read();
  }

  async #read(): Promise<IdentityProvider> {
    const source = this.#source;
    const place = 'url' in source ? source.url : `s3://${source.bucket}/${source.key}`;
    let xml: string;
    try {
      xml = 'url' in source ? await fetchFromWeb(source.url) : await this.#fetchFromS3(source.bucket, source.key);
    } catch (error) {
      throw new LoginUnavailableError(`The metadata of Launchpad cannot be read from ${place}.`, [], error);
    }
    // With its parser, which deployments without Launchpad do not load.
    const { parseIdentityProvider } = await import('./identity-provider.ts');
    const provider = parseIdentityProvider(xml, place);
    this.#copy = { provider, readAt: this.#now() };
    return provider;
  }
}

async function fetchFromWeb(url: string): Promise<string> {
  const fetch = createFetch({ connectionTimeout: TIMEOUT, socketTimeout: TIMEOUT });
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT) });
  if (response.ok) return response.text();
  await response.body?.cancel();
  throw new Error(`The answer was ${response.status}.`);
}

import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll } from '@jest/globals';

/** A granule as it is in CMR. */
interface CmrGranule {
  readonly conceptId: string;
  revision: number;
  /** Undefined for one that was deleted: a tombstone. */
  metadata: string | undefined;
  contentType: string | undefined;
}

/** A request that came. */
interface CmrRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

/** A granule's metadata, as far as searches look at them. */
interface UmmG {
  readonly GranuleUR?: string;
  readonly CollectionReference?: { readonly ShortName?: string; readonly Version?: string };
}

/** An answer: its status, its body, and headers beside the usual. */
type CmrAnswer = readonly [status: number, body: string, headers?: Readonly<Record<string, string>>];

const PROVIDER = 'CUMULUS';
/**
 * Stands in for CMR and for Earthdata Login, of which there is no local server. It answers in the form that these document:
 * https://cmr.earthdata.nasa.gov/ingest/site/docs/ingest/api.html (PUT and DELETE of granules, errors, tombstones),
 * https://cmr.earthdata.nasa.gov/search/site/docs/search/api.html (granules.umm_json by concept_id; collections.umm_json and granules.umm_json of
 * a provider by POST, with CMR-Search-After) and
 * https://urs.earthdata.nasa.gov/documentation/for_users/user_token (find_or_create_token).
 */
export class CmrServer {
  readonly granules = new Map<string, CmrGranule>();
  /** What it has of collections. */
  collections: readonly { readonly ShortName: string; readonly Version: string }[] = [];
  /** The most that a page of a search has, whatever it is asked for. */
  maxPage = 2_000;
  readonly requests: CmrRequest[] = [];
  readonly #server: Server;
  /** Answers that are given instead of its own, the next one first; undefined for its own. */
  instead: (CmrAnswer | undefined)[] = [];
  /** Watches the requests that change something. */
  interruption: { around<T>(send: () => Promise<T>): Promise<T> } | undefined;
  token = 'token-of-earthdata';
  #url = '';

  constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request).then(
        ([status, body, headers]) => {
          response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(body);
        },
        () => response.destroy(),
      );
    });
    beforeAll(async () => {
      await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
      this.#url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    });
    afterAll(() => {
      this.#server.closeAllConnections();
      this.#server.close();
    });
  }

  get url(): string {
    return this.#url;
  }

  /** The variables of a deployment that uses it. */
  get environment(): Record<string, string> {
    return {
      cmr_provider: PROVIDER,
      cmr_client_id: 'cumulus-tests',
      cmr_username: 'archive',
      cmr_password: 'pass word',
      CMR_ENVIRONMENT: 'UAT',
      CMR_HOST: this.url,
      EARTHDATA_BASE_URL: this.url,
    };
  }

  put(nativeId: string, conceptId: string, metadata = ''): void {
    this.granules.set(nativeId, { conceptId, revision: 1, metadata, contentType: undefined });
  }

  async #answer(request: IncomingMessage): Promise<CmrAnswer> {
    const { method = '', url = '', headers } = request;
    const body = await text(request);
    this.requests.push({ method, path: url, headers });
    const { pathname, searchParams } = new URL(url, this.url);
    const instead = this.instead.shift();
    if (instead !== undefined) return instead;
    if (pathname === '/api/users/find_or_create_token') return this.#tokenAnswer(method, headers);
    if (headers.authorization !== `Bearer ${this.token}`)
      return [401, JSON.stringify({ errors: ['Token does not exist'] })];
    const [, kind] = /^\/search\/(collections|granules)\.umm_json$/.exec(pathname) ?? [];
    if (kind !== undefined && method === 'POST') return this.#page(kind, new URLSearchParams(body), headers);
    if (pathname === '/search/granules.umm_json') return this.#search(searchParams.get('concept_id'));
    const [, provider, nativeId = ''] = /^\/ingest\/providers\/([^/]+)\/granules\/([^/]+)$/.exec(pathname) ?? [];
    if (provider !== PROVIDER) return [404, '<html>Not found</html>'];
    const change = async () => this.#change(method, decodeURIComponent(nativeId), body, headers['content-type']);
    return this.interruption === undefined ? change() : this.interruption.around(change);
  }

  #tokenAnswer(method: string, { authorization }: IncomingMessage['headers']): readonly [number, string] {
    const isKnown = authorization === `Basic ${Buffer.from('archive:pass word').toString('base64')}`;
    if (method !== 'POST' || !isKnown)
      return [401, '{"error":"invalid_credentials","error_description":"Invalid user credentials"}'];
    return [200, JSON.stringify({ access_token: this.token, token_type: 'Bearer', expiration_date: '10/20/2037' })];
  }

  #search(conceptId: string | null): readonly [number, string] {
    const found = [...this.granules].filter(
      ([, granule]) => granule.conceptId === conceptId && granule.metadata !== undefined,
    );
    const items = found.map(([nativeId, { conceptId: id, revision }]) => ({
      meta: {
        ...{ 'concept-type': 'granule', 'concept-id': id, 'revision-id': revision, 'native-id': nativeId },
        'provider-id': id.replace(/^.*?-/, ''),
      },
      umm: {},
    }));
    return [200, JSON.stringify({ hits: items.length, took: 3, items })];
  }

  /** A page of what a provider has. */
  #page(kind: string, form: URLSearchParams, { 'cmr-search-after': after }: IncomingMessage['headers']): CmrAnswer {
    if (form.get('provider') !== PROVIDER) return [200, JSON.stringify({ hits: 0, took: 1, items: [] })];
    const found = kind === 'collections' ? this.collections : this.#granulesFor(form);
    const start = after === undefined ? 0 : Number(JSON.parse(String(after))[0]);
    const size = Math.min(Number(form.get('page_size') ?? 10), this.maxPage);
    const items = found.slice(start, start + size).map((umm) => ({ meta: { 'provider-id': PROVIDER }, umm }));
    const next = items.length === 0 ? undefined : { 'CMR-Search-After': JSON.stringify([start + items.length]) };
    return [200, JSON.stringify({ hits: found.length, took: 2, items }), { 'CMR-Hits': String(found.length), ...next }];
  }

  /** By the name and version of their collection, and by their ids whatever case these are in; in CMR's order. */
  #granulesFor(form: URLSearchParams): readonly UmmG[] {
    const ids = form.getAll('granule_ur[]').map((id) => id.toLowerCase());
    return [...this.granules.values()]
      .flatMap(({ metadata }) => (metadata === undefined ? [] : [JSON.parse(metadata) as UmmG]))
      .filter(({ GranuleUR: id = '', CollectionReference: collection = {} }) => {
        const isOf = (value: string | undefined, name: string): boolean =>
          form.get(name) === null || form.get(name) === value;
        const isNamed = ids.length === 0 || ids.includes(id.toLowerCase());
        return isNamed && isOf(collection.ShortName, 'short_name') && isOf(collection.Version, 'version');
      })
      .sort((a, b) => (String(a.GranuleUR).toLowerCase() < String(b.GranuleUR).toLowerCase() ? -1 : 1));
  }

  #change(method: string, nativeId: string, body: string, contentType = ''): readonly [number, string] {
    const granule = this.granules.get(nativeId);
    if (method === 'DELETE') {
      const errors = (error: string): readonly [number, string] => [404, JSON.stringify({ errors: [error] })];
      if (granule === undefined)
        return errors(`Granule with native-id [${nativeId}] in provider [${PROVIDER}] does not exist.`);
      if (granule.metadata === undefined)
        return errors(`Concept with native-id [${nativeId}] and concept-id [${granule.conceptId}] is already deleted.`);
      granule.metadata = undefined;
    } else if (method === 'PUT') {
      if (!/^application\/(echo10\+xml|vnd\.nasa\.cmr\.umm\+json;version=[\d.]+)$/.test(contentType))
        return [415, JSON.stringify({ errors: [`Invalid content-type: ${contentType}`] })];
      if (granule === undefined) this.put(nativeId, `G${1_200_000_000 + this.granules.size}-${PROVIDER}`);
      Object.assign(this.granules.get(nativeId) as CmrGranule, { metadata: body, contentType });
    } else return [405, ''];
    const changed = this.granules.get(nativeId) as CmrGranule;
    changed.revision += 1;
    return [200, JSON.stringify({ 'concept-id': changed.conceptId, 'revision-id': changed.revision })];
  }
}

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
// @ts-expect-error: it has no types
import samlp from 'samlp';

type Handler = (request: object, response: object, next: (error: unknown) => void) => void;

/** The library of Auth0 for identity providers, which shares no author with the one that is tested. */
const { auth, metadata }: Readonly<Record<'auth' | 'metadata', (options: object) => Handler>> = samlp;

export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** Makes a key and a certificate for it. */
export function createKeyPair(): KeyPair {
  const folder = mkdtempSync(join(tmpdir(), 'cumulus-saml-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const args = `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=idp -keyout ${key} -out ${cert}`;
  execFileSync('openssl', args.split(' '), { stdio: 'ignore' });
  const pair = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  rmSync(folder, { recursive: true });
  return pair;
}

/** The fields of the form that a browser is to post. */
export interface PostedForm {
  readonly action: string;
  readonly SAMLResponse: string;
  readonly RelayState: string;
}

export const ISSUER = 'urn:identity-provider';
export const GROUP = 'GSFC-Cumulus';

/** A SAML identity provider, where everybody is logged in as who a test says. */
export class OwnIdentityProvider {
  #keys: KeyPair | undefined;
  /** Whom an assertion is about. */
  attributes: Record<string, unknown> = {};
  /** What samlp is to do otherwise than for a login that is right. */
  options: Record<string, unknown> = {};
  /** Changes a signed response. */
  change: (xml: string) => string = (xml) => xml;
  metadata: (() => string) | undefined;
  readonly asked: string[] = [];
  readonly #server = createServer((request, response) => this.#answer(request, response));

  readonly #assertEndpoint: () => string;

  constructor(assertEndpoint: () => string) {
    this.#assertEndpoint = assertEndpoint;
    beforeAll(async () => {
      this.#keys = createKeyPair();
      await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    });
    beforeEach(() => {
      this.attributes = { UserId: 'wanderer', userGroup: [groupName(GROUP), groupName('another')] };
      this.options = {};
      this.change = (xml) => xml;
      this.metadata = undefined;
      this.asked.length = 0;
    });
    afterAll(() => {
      this.#server.close();
      this.#server.closeAllConnections();
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get keys(): KeyPair {
    if (this.#keys === undefined) throw new Error('The keys are there only while tests run.');
    return this.#keys;
  }

  set keys(keys: KeyPair) {
    this.#keys = keys;
  }

  /** The form that a browser gets which comes with a request. */
  async formOf(loginUrl: string): Promise<PostedForm> {
    const answer = await fetch(loginUrl);
    const page = await answer.text();
    if (!answer.ok) throw new Error(page);
    return JSON.parse(page) as PostedForm;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.url);
    this.asked.push(url.pathname);
    const express = Object.assign(request, {
      query: Object.fromEntries(url.searchParams),
      body: {},
      originalUrl: request.url,
      protocol: 'http',
    });
    const sending = Object.assign(response, {
      set: (name: string, value: string) => response.setHeader(name, value),
      send: (text: string | number) => response.end(String(text)),
    });
    const fail = (error: unknown): void => void response.writeHead(500).end(String(error));
    if (url.pathname === '/metadata') {
      if (this.metadata !== undefined) response.end(this.metadata());
      else metadata({ issuer: ISSUER, ...this.keys })(express, sending, fail);
    } else auth(this.#authOptions())(express, sending, fail);
  }

  #authOptions(): object {
    return {
      issuer: ISSUER,
      ...this.keys,
      lifetimeInSeconds: 300,
      recipient: this.#assertEndpoint(),
      destination: this.#assertEndpoint(),
      sessionIndex: 'a-session',
      getPostURL: (_audience: unknown, _dom: unknown, _request: unknown, done: (error: null, url: string) => void) =>
        done(null, this.#assertEndpoint()),
      getUserFromRequest: () => this.attributes,
      profileMapper: () => ({
        getClaims: () => this.attributes,
        getNameIdentifier: () => ({ nameIdentifier: 'a-name' }),
      }),
      responseHandler: (
        xml: Buffer,
        { postUrl }: { postUrl: string },
        request: { query: object },
        response: ServerResponse,
      ) => {
        const { RelayState = '' } = request.query as { RelayState?: string };
        const SAMLResponse = Buffer.from(this.change(xml.toString())).toString('base64');
        response.end(JSON.stringify({ action: postUrl, SAMLResponse, RelayState }));
      },
      ...this.options,
    };
  }
}

/** A group as Launchpad calls it. */
export function groupName(group: string): string {
  return `cn=${group},ou=254886,ou=ROLES,ou=Groups,dc=nasa,dc=gov`;
}

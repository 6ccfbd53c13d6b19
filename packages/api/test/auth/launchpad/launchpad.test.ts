import { randomUUID } from 'node:crypto';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { itemsOf } from '@cumulus/test-kit/tables';
import { describe, expect, test } from '@jest/globals';
import { createApp } from '../../../src/app.ts';
import { RequestIds } from '../../../src/auth/launchpad/request-ids.ts';
import { createServices } from '../../../src/services.ts';
import type { Settings } from '../../../src/settings.ts';
import { OwnApi } from '../../own-api.ts';
import {
  createKeyPair,
  GROUP,
  groupName,
  ISSUER,
  OwnIdentityProvider,
  type PostedForm,
} from './own-identity-provider.ts';

const SECRET = 'a secret of the tests that is as long as has to be';
const BASE = 'https://api.example.org/dev';
const ENTITY = 'https://cumulus.example.org/sp';
const DASHBOARD = 'https://dashboard.example.org';

onDynamoDBLocal('logging in at Launchpad', () => {
  const idp = new OwnIdentityProvider(() => `${BASE}/saml/auth`);
  const settings: Partial<Settings> = {
    tokenSecret: SECRET,
    dashboardOrigins: [DASHBOARD],
    get launchpad() {
      return {
        entityId: ENTITY,
        assertEndpoint: `${BASE}/saml/auth`,
        baseUrl: BASE,
        idpLogin: `${idp.url}/sso`,
        metadata: { url: `${idp.url}/metadata` },
        userGroup: GROUP,
      };
    },
  };
  const api = new OwnApi(settings);
  const other = createKeyPair();

  interface Redirect {
    readonly status: number;
    readonly location: string | null;
    readonly message: string | undefined;
  }

  async function ask(path: string, init: RequestInit = {}): Promise<Redirect> {
    const answer = await api.app.request(path, init);
    const text = await answer.text();
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
    const location = answer.headers.get('Location');
    return { status: answer.status, location, message: text === '' ? undefined : JSON.parse(text).message };
  }

  async function loginUrl(relayState = `${DASHBOARD}/#/auth`): Promise<string> {
    const { status, location } = await ask(`/saml/login?RelayState=${encodeURIComponent(relayState)}`);
    expect(status).toBe(307);
    return location ?? '';
  }

  const post = (form: Partial<Pick<PostedForm, 'SAMLResponse' | 'RelayState'>>): Promise<Redirect> =>
    ask('/saml/auth', {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    });

  /** Logs in, and gives what the API says in the end. */
  async function logIn(relayState?: string): Promise<Redirect> {
    const { SAMLResponse, RelayState } = await idp.formOf(await loginUrl(relayState));
    return post({ SAMLResponse, RelayState });
  }

  async function tokenBy(relayState = `${DASHBOARD}/#/auth`): Promise<string> {
    const { status, location, message } = await logIn(relayState);
    expect({ status, message }).toEqual({ status: 303, message: undefined });
    const start = `${relayState}?token=`;
    expect(location?.slice(0, start.length)).toBe(start);
    return location?.slice(start.length) ?? '';
  }

  const statusOf = async (token: string): Promise<number> =>
    (await api.app.request('/granules', { headers: { Authorization: `Bearer ${token}` } })).status;

  async function refusedBecause(why: string): Promise<void> {
    const { status, location, message } = await logIn();
    expect({ status, location }).toEqual({ status: 401, location: null });
    expect(message).toContain(why);
  }

  test('sends the browser there with a request of this API, and takes the answer: the dashboard gets a token', async () => {
    const url = new URL(await loginUrl());
    expect(url.origin + url.pathname).toBe(`${idp.url}/sso`);
    expect(url.searchParams.get('RelayState')).toBe(`${DASHBOARD}/#/auth`);
    const token = await tokenBy();
    expect(await statusOf(token)).toBe(200);
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    expect(claims).toEqual({ accessToken: expect.any(String), username: 'wanderer', exp: expect.any(Number) });
    expect(Math.abs(claims.exp - Date.now() / 1000 - 3_600)).toBeLessThan(20);
    const rows = JSON.stringify(await itemsOf(`${api.prefix}-AccessTokensTable`));
    expect(rows).toContain('wanderer');
    expect(rows).not.toContain(claims.accessToken);
  });

  test('needs no entry in the table of users: the group says who may', async () => {
    expect(await api.services.models.users.exists({ userName: 'wanderer' })).toBe(false);
    expect(await statusOf(await tokenBy())).toBe(200);
  });

  test('takes the other spelling of the user’s name, and one group alone', async () => {
    idp.attributes = { UserID: 'walker', userGroup: groupName(GROUP) };
    const token = await tokenBy();
    expect(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).username).toBe('walker');
  });

  test('is where /token leads to, which shows the token in the end', async () => {
    const { status, location } = await ask('/token');
    expect({ status, location }).toEqual({
      status: 307,
      location: `${BASE}/saml/login?RelayState=${encodeURIComponent(`${BASE}/token`)}`,
    });
    const token = await tokenBy(`${BASE}/token`);
    expect(await api.ask(`GET /token?token=${token}`)).toMatchObject({ status: 200, body: { message: { token } } });
    expect((await api.ask('GET /token?token=rubbish')).status).toBe(403);
    const to = await ask(`/token?state=${encodeURIComponent(DASHBOARD)}`);
    expect(new URL(to.location ?? '').searchParams.get('RelayState')).toBe(DASHBOARD);
    const { SAMLResponse } = await idp.formOf(await loginUrl());
    expect((await post({ SAMLResponse })).location).toMatch(`${BASE}/token?token=eyJ`);
  });

  test('can be given up, and cannot be refreshed, which is said', async () => {
    const token = await tokenBy();
    expect(await api.ask('POST /refresh', { token })).toMatchObject({ status: 400 });
    expect((await api.ask(`DELETE /tokenDelete/${token}`)).status).toBe(200);
    expect(await statusOf(token)).toBe(401);
  });

  test('gives no use to a token of somebody who logged in elsewhere before the setting was changed', async () => {
    const { auth, models } = api.services;
    const expirationTime = Math.floor(Date.now() / 1000) + 60;
    await models.accessTokens.create({ accessToken: 'of-earthdata', username: 'stranger', expirationTime });
    const token = await auth?.signer.sign({ accessToken: 'of-earthdata', username: 'stranger', expirationTime });
    expect(await statusOf(token ?? '')).toBe(401);
  });

  describe('is refused', () => {
    test('to who is in no group, in another, or in one whose name only begins alike', async () => {
      for (const userGroup of [
        undefined,
        groupName('another'),
        groupName(`${GROUP}-Guests`),
        groupName(GROUP.toLowerCase()),
        `cn=another,ou=cn=${GROUP}`,
        `cn=x\\,cn=${GROUP},ou=ROLES`,
        `ou=ROLES,cn=${GROUP}`,
        GROUP,
        '',
      ]) {
        idp.attributes = { UserId: 'stranger', userGroup };
        await refusedBecause(`stranger is not a member of the group ${GROUP}`);
      }
    });

    test.each([undefined, '', 'two words', 'a\u0000b'.replace('\u0000', '\u200b')])(
      'to who has no name that can be one: %j',
      async (UserId) => {
        idp.attributes = { UserId, userGroup: groupName(GROUP) };
        await refusedBecause('does not say who has logged in');
      },
    );

    test('with the signature of another key', async () => {
      idp.options = { ...other };
      await refusedBecause('Invalid signature');
    });

    test('without a signature, and with one of the response alone', async () => {
      idp.options = { signAssertion: false };
      await refusedBecause('Invalid signature');
      idp.options = { signAssertion: false, signResponse: true };
      await refusedBecause('Invalid signature');
    });

    test('where anything was changed after it was signed', async () => {
      idp.change = (xml) => xml.replace('>wanderer<', '>admin<');
      await refusedBecause('Invalid signature');
      idp.change = (xml) => xml.replace('>wanderer<', '>wanderer<!-- -->admin<');
      await refusedBecause('Invalid signature');
    });

    test('where a forged assertion is wrapped around the signed one, or stands beside it', async () => {
      const assertionOf = (xml: string): string => /<saml:Assertion[\s\S]*<\/saml:Assertion>/.exec(xml)?.[0] ?? '';
      const forged = (xml: string): string =>
        assertionOf(xml)
          .replace(/<Signature[\s\S]*<\/Signature>/, '')
          .replace(/ID="[^"]*"/, `ID="_${randomUUID()}"`)
          .replace('>wanderer<', '>admin<');
      for (const change of [
        (xml: string) => xml.replace(assertionOf(xml), `${forged(xml)}${assertionOf(xml)}`),
        (xml: string) => xml.replace(assertionOf(xml), `${assertionOf(xml)}${forged(xml)}`),
        (xml: string) => xml.replace(assertionOf(xml), `${forged(xml)}<x>${assertionOf(xml)}</x>`),
        (xml: string) =>
          xml.replace(
            assertionOf(xml),
            forged(xml).replace('</saml:Assertion>', `<x>${assertionOf(xml)}</x></saml:Assertion>`),
          ),
      ]) {
        idp.change = (xml) => {
          expect(forged(xml)).toContain('>admin<');
          return change(xml);
        };
        const { status, location } = await logIn();
        expect({ status, location }).toEqual({ status: 401, location: null });
      }
    });

    test('when it has expired', async () => {
      idp.options = { lifetimeInSeconds: -60 };
      await refusedBecause('No valid subject confirmation');
    });

    test('for another audience, address or identity provider', async () => {
      idp.options = { audience: 'https://another.example.org' };
      await refusedBecause('audience');
      for (const recipient of ['https://another.example.org/saml/auth', undefined]) {
        idp.options = { recipient };
        await refusedBecause('not an answer to this request at this address');
      }
      idp.options = { issuer: 'urn:another' };
      await refusedBecause('not by the identity provider');
    });

    test('the second time', async () => {
      const form = await idp.formOf(await loginUrl());
      expect((await post(form)).status).toBe(303);
      expect(await post(form)).toMatchObject({
        status: 401,
        location: null,
        message: expect.stringContaining('before'),
      });
      const both = await idp.formOf(await loginUrl());
      const statuses = await Promise.all([post(both), post(both), post(both)]);
      expect(statuses.map(({ status }) => status).sort()).toEqual([303, 401, 401]);
    });

    test('the second time also after the token was given up', async () => {
      const form = await idp.formOf(await loginUrl());
      const { location } = await post(form);
      await api.ask(`DELETE /tokenDelete/${location?.split('token=')[1]}`);
      expect((await post(form)).status).toBe(401);
    });

    test('as an answer to no request, to one of another secret, or to one that is too old', async () => {
      const hour = 3_600_000;
      const foreign = new RequestIds('another secret', Date.now).create();
      const old = new RequestIds(SECRET, () => Date.now() - hour).create();
      for (const inResponseTo of ['_123', foreign, old]) {
        idp.options = { inResponseTo };
        await refusedBecause('InResponseTo is not valid');
      }
    });

    test('as an answer to another request: what is signed has to name it, not only what is not', async () => {
      const ids = new RequestIds(SECRET, Date.now);
      const used = await idp.formOf(await loginUrl());
      await post(used);
      const xml = Buffer.from(used.SAMLResponse, 'base64').toString();
      const [, first = ''] = /<samlp:Response[^>]* InResponseTo="([^"]*)"/.exec(xml) ?? [];
      const again = xml.replace(`InResponseTo="${first}"`, `InResponseTo="${ids.create()}"`);
      expect(again).not.toBe(xml);
      const { status, message } = await post({ SAMLResponse: Buffer.from(again).toString('base64') });
      expect({ status, message }).toEqual({ status: 401, message: expect.stringContaining('InResponseTo') });
    });

    test('as an answer that was given without a request, and got the id of one afterwards', async () => {
      idp.options = { audience: ENTITY };
      idp.change = (xml) => {
        expect(xml).not.toContain('InResponseTo');
        return xml.replace(' Version=', ` InResponseTo="${new RequestIds(SECRET, Date.now).create()}" Version=`);
      };
      const form = await idp.formOf(`${idp.url}/sso?RelayState=${encodeURIComponent(DASHBOARD)}`);
      const { status, message } = await post(form);
      expect({ status, message }).toEqual({ status: 401, message: expect.stringContaining('not an answer to this') });
      idp.change = (xml) => xml;
      const unsolicited = await idp.formOf(`${idp.url}/sso?RelayState=${encodeURIComponent(DASHBOARD)}`);
      expect((await post(unsolicited)).message).toContain('InResponseTo is missing');
    });

    test('without words of whoever sent it', async () => {
      const xml = `<Response xmlns="urn:oasis:names:tc:SAML:2.0:protocol" InResponseTo="${new RequestIds(SECRET, Date.now).create()}"><Status><StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Requester"/><StatusMessage>call 555 0100</StatusMessage></Status></Response>`;
      const { status, message } = await post({ SAMLResponse: Buffer.from(xml).toString('base64') });
      expect(status).toBe(401);
      expect(message).not.toContain('555');
    });

    test.each([
      'rubbish',
      '%%%',
      Buffer.from('<a>').toString('base64'),
      Buffer.from('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>').toString('base64'),
      Buffer.from('<a>'.repeat(1_900)).toString('base64'),
      Buffer.from([0xff, 0xfe, 0]).toString('base64'),
    ])('as what is no answer: case %#', async (SAMLResponse) => {
      expect(await post({ SAMLResponse, RelayState: DASHBOARD })).toMatchObject({ status: 401, location: null });
    });

    // The parser takes minutes for these.
    test.each([
      '<a>'.repeat(100_000),
      `${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}`,
      `<a b="${'c'.repeat(200_000)}"/>`,
    ])('as what is too large, before it is read: case %#', async (xml) => {
      const { status, message } = await post({ SAMLResponse: Buffer.from(xml).toString('base64') });
      expect({ status, message }).toEqual({ status: 401, message: expect.stringContaining('too large') });
    });

    test('as a form without an answer, or with two', async () => {
      expect((await post({})).status).toBe(400);
      expect((await ask('/saml/auth', { method: 'POST', body: 'SAMLResponse=a&SAMLResponse=b' })).status).toBe(400);
      expect((await ask('/saml/auth', { method: 'POST', body: '{"SAMLResponse":"a"}' })).status).toBe(400);
    });

    test.each([
      'https://evil.example.org/',
      'https://dashboard.example.org.evil.example.org/',
      'https://dashboard.example.org@evil.example.org/',
      'https%3A%2F%2Fevil.example.org',
      '//evil.example.org',
      'javascript:alert(1)',
      `${BASE}/granules`,
      `${BASE}/token?x=1`,
      'https://api.example.org/token',
    ])('to go on to %s, before as after', async (RelayState) => {
      expect(await ask(`/saml/login?RelayState=${encodeURIComponent(RelayState)}`)).toMatchObject({
        status: 400,
        location: null,
        message: expect.stringContaining('RelayState'),
      });
      expect(await ask(`/token?state=${encodeURIComponent(RelayState)}`)).toMatchObject({
        status: 400,
        location: null,
      });
      const { SAMLResponse } = await idp.formOf(await loginUrl());
      expect(await post({ SAMLResponse, RelayState })).toMatchObject({ status: 400, location: null });
      // It was not used up.
      expect((await post({ SAMLResponse, RelayState: DASHBOARD })).status).toBe(303);
    });
  });

  describe('the metadata', () => {
    /** An API that has read no metadata. */
    function freshApi(now: () => number = Date.now): ReturnType<typeof createApp> {
      const services = createServices({
        settings: { ...api.services.settings },
        client: api.client,
        tableName: (name) => `${api.prefix}-${name}`,
        requestLog: { request: () => undefined, brokenOff: () => undefined, warning: () => undefined },
        now,
      });
      return createApp(services);
    }

    const login = async (app: ReturnType<typeof createApp>): Promise<number> =>
      (await app.request('/saml/login')).status;

    test('are read once for many logins', async () => {
      const app = freshApi();
      for (let round = 0; round < 3; round++) expect(await login(app)).toBe(307);
      expect(idp.asked).toEqual(['/metadata']);
    });

    test('are read again where the identity provider signs with a new key', async () => {
      let now = Date.now();
      const app = freshApi(() => now);
      await login(app);
      const before = idp.keys;
      idp.keys = other;
      try {
        now += 61_000;
        const url = (await app.request('/saml/login')).headers.get('Location') ?? '';
        const { SAMLResponse } = await idp.formOf(url);
        const body = new URLSearchParams({ SAMLResponse }).toString();
        expect((await app.request('/saml/auth', { method: 'POST', body })).status).toBe(303);
        expect(idp.asked.filter((path) => path === '/metadata')).toHaveLength(2);
      } finally {
        idp.keys = before;
      }
    });

    test('that cannot be read, or are none, make logging in impossible, and the next try possible', async () => {
      const app = freshApi();
      const cert = (): string => idp.keys.cert.replace(/-----.*-----|\s/g, '');
      const role = (inner: string): string =>
        `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${ISSUER}">${inner}</EntityDescriptor>`;
      const keyOf = (text: string): string =>
        `<IDPSSODescriptor><KeyDescriptor use="signing"><X509Certificate>${text}</X509Certificate></KeyDescriptor></IDPSSODescriptor>`;
      for (const xml of [
        '',
        'rubbish',
        '<html><p></html>',
        '<a/>',
        role('<IDPSSODescriptor/>'),
        role(keyOf('AAAA')),
        role(keyOf(cert()).replace('signing', 'encryption')),
        role(`${keyOf(cert())}${keyOf(cert())}`),
        role(keyOf(cert())).replace(` entityID="${ISSUER}"`, ''),
      ]) {
        idp.metadata = () => xml;
        expect([xml, await login(app)]).toEqual([xml, 503]);
      }
      idp.metadata = () => role(keyOf(cert()));
      expect(await login(app)).toBe(307);
    });

    test('that were read once go on where they cannot be read again', async () => {
      let now = Date.now();
      const app = freshApi(() => now);
      await login(app);
      idp.metadata = () => '';
      now += 2 * 3_600_000;
      expect(await login(app)).toBe(307);
      expect(idp.asked).toEqual(['/metadata', '/metadata']);
    });
  });

  test('is described on the page of OpenAPI', async () => {
    const { body } = await api.ask('GET /openapi.json');
    for (const route of [body.paths['/saml/login'].get, body.paths['/saml/auth'].post, body.paths['/token'].get])
      expect(route).toMatchObject({ security: [], summary: expect.any(String) });
  });
});

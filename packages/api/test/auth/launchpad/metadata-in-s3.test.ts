import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createClient } from '@cumulus/dynamodb/aws';
import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { beforeAll, expect, test } from '@jest/globals';
import { createApp } from '../../../src/app.ts';
import type { HttpApi } from '../../../src/http/http-api.ts';
import { createServices } from '../../../src/services.ts';
import { settingsFromEnvironment } from '../../../src/settings.ts';
import { OwnIdentityProvider } from './own-identity-provider.ts';

const BASE = 'https://api.example.org/dev';
const PLACE = { Bucket: 'internal', Key: 'prod/launchpad/metadata.xml' };

describeUnless(await whyNoMoto(), 'the metadata of Launchpad in S3', () => {
  const moto = ownMoto();
  const idp = new OwnIdentityProvider(() => `${BASE}/saml/auth`);

  beforeAll(async () => {
    await moto.s3.send(new CreateBucketCommand({ Bucket: PLACE.Bucket }));
  });

  /** An API that has read no metadata, by the variables of a deployment. */
  function freshApi(path: string): HttpApi {
    process.env['AWS_ENDPOINT_URL_S3'] = moto.endpoint;
    process.env['CUMULUS_LOCAL_KEY'] ??= Buffer.alloc(32, 7).toString('base64');
    const settings = settingsFromEnvironment({
      stackName: 'prod',
      TOKEN_SECRET: 'a secret of the tests that is as long as has to be',
      OAUTH_PROVIDER: 'launchpad',
      ENTITY_ID: 'https://cumulus.example.org/sp',
      ASSERT_ENDPOINT: `${BASE}/saml/auth`,
      IDP_LOGIN: `${idp.url}/sso`,
      LAUNCHPAD_METADATA_PATH: path,
      // Nothing listens there.
      LAUNCHPAD_METADATA_URL: 'http://127.0.0.1:9/metadata',
      OAUTH_USER_GROUP: 'GSFC-Cumulus',
    });
    const requestLog = { request: () => undefined, brokenOff: () => undefined, warning: () => undefined };
    return createApp(createServices({ settings, client: createClient(), tableName: (name) => name, requestLog }));
  }

  test('are read from there, and an answer that they do not certify is refused', async () => {
    const metadata = await (await fetch(`${idp.url}/metadata`)).text();
    await moto.s3.send(new PutObjectCommand({ ...PLACE, Body: metadata }));
    const api = freshApi(`s3://${PLACE.Bucket}/${PLACE.Key}`);
    const login = await api.request('/saml/login');
    expect(login.status).toBe(307);
    const location = login.headers.get('Location') ?? '';
    expect(location.startsWith(`${idp.url}/sso?`)).toBe(true);
    idp.change = (xml) => xml.replaceAll('wanderer', 'somebody');
    const { SAMLResponse } = await idp.formOf(location);
    const body = new URLSearchParams({ SAMLResponse });
    const answer = await api.request('/saml/auth', { method: 'POST', body: body.toString() });
    expect({ status: answer.status, text: await answer.text() }).toMatchObject({
      status: 401,
      text: expect.stringContaining('Invalid signature'),
    });
  });

  test('that are not there make logging in impossible until they are', async () => {
    const api = freshApi(`s3://${PLACE.Bucket}/${PLACE.Key}`);
    const metadata = await (await fetch(`${idp.url}/metadata`)).text();
    await moto.s3.send(new DeleteObjectCommand(PLACE));
    expect((await api.request('/saml/login')).status).toBe(503);
    expect((await freshApi('s3://no-such-bucket/a').request('/saml/login')).status).toBe(503);
    await moto.s3.send(new PutObjectCommand({ ...PLACE, Body: metadata }));
    expect((await api.request('/saml/login')).status).toBe(307);
  });
});

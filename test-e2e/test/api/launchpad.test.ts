import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createClient } from '@cumulus/dynamodb/aws';
import { createDeployment, TABLE_NAMES } from '@cumulus/dynamodb/tables';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GROUP, OwnIdentityProvider } from '../../../packages/api/test/auth/launchpad/own-identity-provider.ts';
import { cumulusApi } from '../kit/command.ts';
import { freePort, type Served, serveApi } from './served.ts';

const BUNDLE = fileURLToPath(new URL('../../../packages/api/dist/lambda/bundle/api.mjs', import.meta.url));

describe('an API whose users log in at Launchpad', () => {
  const tables = ownTables();
  const prefix = tables.name();
  const client = createClient();
  let base = '';
  const idp = new OwnIdentityProvider(() => `${base}/saml/auth`);
  let api: Served;
  let environment: Record<string, string>;

  beforeAll(async () => {
    await createDeployment({ client, prefix });
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    environment = {
      stackName: prefix,
      TOKEN_SECRET: 'a secret of the tests that is as long as has to be',
      OAUTH_PROVIDER: 'launchpad',
      ENTITY_ID: 'https://cumulus.example.org/sp',
      ASSERT_ENDPOINT: `${base}/saml/auth`,
      IDP_LOGIN: `${idp.url}/sso`,
      LAUNCHPAD_METADATA_URL: `${idp.url}/metadata`,
      // As the functions of earlier releases have it.
      oauth_user_group: GROUP,
      DASHBOARD_ORIGINS: 'https://dashboard.example.org',
      CUMULUS_LOCAL_KEY: Buffer.alloc(32, 7).toString('base64'),
    };
    api = await serveApi(['--prefix', prefix, '--port', String(port)], environment);
  }, 60_000);

  afterAll(async () => {
    expect((await api.stop()).code).toBe(0);
    client.destroy();
  });

  /** Follows redirects as a browser does, up to the page of the identity provider, and posts its form. */
  async function logIn(path: string): Promise<string> {
    let url = `${base}${path}`;
    while (!url.startsWith(idp.url)) {
      const answer = await fetch(url, { redirect: 'manual' });
      expect(answer.status).toBe(307);
      url = answer.headers.get('Location') ?? '';
    }
    const { action, ...form } = await idp.formOf(url);
    const answer = await fetch(action, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });
    expect(answer.status).toBe(303);
    return answer.headers.get('Location') ?? '';
  }

  const statusOf = async (token: string): Promise<number> =>
    (await fetch(`${base}/granules`, { headers: { Authorization: `Bearer ${token}` } })).status;

  test('gives a dashboard a token, which opens routes', async () => {
    const state = encodeURIComponent('https://dashboard.example.org/#/auth');
    for (const path of [`/saml/login?RelayState=${state}`, `/token?state=${state}`, `/v1/token?state=${state}`]) {
      const [start, token = ''] = (await logIn(path)).split('?token=');
      expect(start).toBe('https://dashboard.example.org/#/auth');
      expect(await statusOf(token)).toBe(200);
    }
  });

  test('shows a token to whoever comes without a dashboard', async () => {
    const answer = await fetch(await logIn('/token'));
    const { message } = (await answer.json()) as { message: { token: string } };
    expect(await statusOf(message.token)).toBe(200);
  });

  test('does not start with settings that are missing or wrong, and names each', async () => {
    const serve = (changes: Record<string, string>) =>
      cumulusApi(['serve', '--prefix', prefix], { environment: { ...environment, ...changes } });
    const missing = await serve({
      ENTITY_ID: '',
      ASSERT_ENDPOINT: '',
      IDP_LOGIN: 'N/A',
      LAUNCHPAD_METADATA_URL: '',
      oauth_user_group: 'N/A',
    });
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    for (const name of ['ENTITY_ID', 'ASSERT_ENDPOINT', 'LAUNCHPAD_METADATA_URL', 'OAUTH_USER_GROUP'])
      expect(missing.stderr).toContain(`${name} is not set`);
    expect(missing.stderr).toContain('IDP_LOGIN is no URL of HTTPS: N/A');
    expect(missing.stderr).not.toContain('EARTHDATA');
    const wrong = await serve({
      ASSERT_ENDPOINT: `${base}/token`,
      IDP_LOGIN: 'http://idp.example.org/sso',
      LAUNCHPAD_METADATA_PATH: 's3://bucket',
    });
    expect(wrong.stderr).toContain("ASSERT_ENDPOINT is not this API's own /saml/auth");
    expect(wrong.stderr).toContain('IDP_LOGIN is no URL of HTTPS');
    expect(wrong.stderr).toContain('LAUNCHPAD_METADATA_PATH is not s3://BUCKET/KEY: s3://bucket');
    const unknown = await serve({ OAUTH_PROVIDER: 'google' });
    expect(unknown.stderr).toContain('OAUTH_PROVIDER is earthdata or launchpad, not google');
  });

  test('is served by the function for Lambda too, whose one file has the library', async () => {
    const url = `/saml/login?RelayState=${encodeURIComponent('https://dashboard.example.org/')}`;
    const form = await idp.formOf((await fetch(`${base}${url}`, { redirect: 'manual' })).headers.get('Location') ?? '');
    const program = `
      // Node would show the line of the file, which is all of it.
      const { handler } = await import(process.argv[1]).catch(({ message }) => {
        process.stderr.write(message);
        process.exit(1);
      });
      const answer = await handler({
        version: '2.0', routeKey: '$default', rawPath: '/saml/auth', rawQueryString: '',
        headers: { host: 'api.example.org', 'content-type': 'application/x-www-form-urlencoded' },
        requestContext: { domainName: 'api.example.org', http: { method: 'POST', path: '/saml/auth' }, stage: '$default' },
        body: Buffer.from(process.argv[2]).toString('base64'), isBase64Encoded: true,
      }, { awsRequestId: 'r' });
      process.stdout.write('\\nRESULT' + JSON.stringify(answer));`;
    const body = new URLSearchParams({ SAMLResponse: form.SAMLResponse, RelayState: form.RelayState }).toString();
    const named = Object.fromEntries([...TABLE_NAMES, 'RecordCountsTable'].map((name) => [name, `${prefix}-${name}`]));
    const args = ['--input-type=module', '-e', program, BUNDLE, body];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      env: { ...process.env, ...environment, ...named },
    });
    const { statusCode, headers } = JSON.parse(stdout.split('RESULT')[1] ?? '{}');
    expect(statusCode).toBe(303);
    expect(await statusOf(headers.location.split('?token=')[1])).toBe(200);
  });
});

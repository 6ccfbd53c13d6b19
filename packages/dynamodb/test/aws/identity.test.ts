import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { describeWithMoto, ownFolder } from '@cumulus/test-kit';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type ClientOptions, createClient, findIdentity, type Identity } from '../../src/aws/index.ts';

const folder = ownFolder();
const before = { ...process.env };
const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAENVIRONMENT', AWS_SECRET_ACCESS_KEY: 'of the environment' };
const ROLE = 'arn:aws:iam::123456789012:role/operations';

beforeEach(async () => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  const config = [
    '[profile prod]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = secret',
    `[profile operations]\nrole_arn = ${ROLE}\nsource_profile = prod\nregion = us-east-1`,
    `[profile program]\ncredential_process = cat ${join(folder, 'printed.json')}`,
    '[profile place]\nregion = eu-central-1\n',
  ];
  const printed = { Version: 1, AccessKeyId: 'AKIAPROGRAM', SecretAccessKey: 'secret', AccountId: '210987654321' };
  await writeFile(join(folder, 'config'), config.join('\n'));
  await writeFile(join(folder, 'printed.json'), JSON.stringify(printed));
  Object.assign(process.env, {
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
    AWS_EC2_METADATA_DISABLED: 'true',
    HOME: folder,
  });
});

afterEach(() => {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, before);
});

/** The identity that a client finds before its first request. */
async function identityOf(where: ClientOptions = {}): Promise<Identity | undefined> {
  const found: Identity[] = [];
  const client = createClient({
    ...where,
    onCredentials: async (credentials) => {
      found.push(await findIdentity(credentials, where));
    },
  });
  await client.config.credentials();
  await client.config.credentials();
  client.destroy();
  expect(found).toHaveLength(1);
  return found[0];
}

await describeWithMoto('STS, played by moto,', (moto) => {
  test.each([
    ['the keys in the environment', KEYS, {}],
    ['the keys in the environment', { ...KEYS, AWS_PROFILE: 'prod' }, {}],
    ['the keys in the environment', KEYS, { profile: 'place' }],
    ['the profile prod', { AWS_PROFILE: 'prod' }, {}],
    ['the profile prod', KEYS, { profile: 'prod' }],
    ['the profile program (by its program)', {}, { profile: 'program' }],
  ])('is asked whose credentials are used: %s', async (source, variables, where) => {
    Object.assign(process.env, { ...variables, AWS_ENDPOINT_URL_STS: moto.endpoint });
    expect(await identityOf(where)).toEqual({
      source,
      account: '123456789012',
      arn: 'arn:aws:sts::123456789012:user/moto',
    });
  });

  test('knows the role that a profile takes', async () => {
    process.env['AWS_ENDPOINT_URL'] = moto.endpoint;
    const { source, account, arn } = (await identityOf({ profile: 'operations' })) ?? {};
    expect(source).toBe(`the profile operations (${ROLE})`);
    expect(account).toBe('123456789012');
    expect(arn).toMatch(/^arn:aws:sts::123456789012:assumed-role\/operations\//);
  });
});

describe('an identity that is not known', () => {
  test('is none of AWS’s where DynamoDB is elsewhere: STS is not asked', async () => {
    Object.assign(process.env, KEYS);
    const endpoint = 'http://127.0.0.1:8000';
    const identity = {
      source: 'the keys in the environment',
      notKnown: `${endpoint} is not AWS’s`,
      elsewhere: endpoint,
    };
    expect(await identityOf({ endpoint })).toEqual(identity);
    process.env['AWS_ENDPOINT_URL_DYNAMODB'] = endpoint;
    expect(await identityOf()).toEqual(identity);
    expect(await identityOf({ profile: 'program' })).toMatchObject({ account: '210987654321' });
  });

  test('is said with what STS says, and stops nothing', async () => {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(403, { 'content-type': 'text/xml' });
      const said = '<Code>InvalidClientTokenId</Code><Message>The security token is invalid.</Message>';
      response.end(`<ErrorResponse><Error><Type>Sender</Type>${said}</Error></ErrorResponse>`);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    Object.assign(process.env, { ...KEYS, AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${port}` });
    expect((await identityOf())?.notKnown).toBe('STS says: The security token is invalid.');
    server.close();
    delete process.env['AWS_ENDPOINT_URL_STS'];
    process.env['HTTPS_PROXY'] = 'socks5://127.0.0.1:1';
    expect((await identityOf())?.notKnown).toMatch(
      /^The proxy for sts\..*, socks5:\/\/127\.0\.0\.1:1, is asked by socks5/,
    );
  });

  test('is asked once, not until the time is over, where STS fails', async () => {
    let requests = 0;
    const server = createServer((request, response) => {
      requests += 1;
      request.resume();
      response.writeHead(503).end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    Object.assign(process.env, { ...KEYS, AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${port}` });
    expect((await identityOf())?.notKnown).toMatch(/^STS says: /);
    expect(requests).toBe(1);
    server.close();
  });

  test('is not waited for where STS does not answer', async () => {
    const silent = createTcpServer();
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const { port } = silent.address() as AddressInfo;
    Object.assign(process.env, { ...KEYS, AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${port}` });
    const found = { credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, source: 'the test' };
    const identity = await findIdentity(found, {}, AbortSignal.timeout(50));
    expect(identity).toEqual({ source: 'the test', notKnown: 'STS does not answer' });
    silent.close();
  });
});
